using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Privacy;

namespace Danke.Privacy.Erasing;

/// <summary>
/// Forgets a person in one transaction of the Door, over all modules' tables: from its commit on nobody is found by what they were known
/// by, and late events are dropped. The Door applies it alone, so that no other command has the person half in its hands.
/// </summary>
internal sealed class PrivacyStage(ISubjects subjects, PersonalData data, Vault vault) : IStage
{
    private Step? step;
    private long anonymous;

    public async ValueTask Load(Batch batch, BooksTransaction books)
    {
        step = batch.Steps.FirstOrDefault(s => s.Command.Body is ErasePerson);
        if (step is null) return;
        await batch.Reserve("person", 2);
        anonymous = batch.NewId("person");
    }

    public Refusal? Check(Step step) => null;

    public void Apply(Step step)
    {
        if (step.Command.Body is not ErasePerson) return;
        step.Announce("persons.person_erased.v1", "persons", step.Person.PersonId, new JsonObject { ["from"] = step.Person.PersonId, ["to"] = anonymous });
    }

    public async ValueTask Save(Batch batch, BooksTransaction books)
    {
        if (step is not { Answer.Status: AnswerStatus.Applied, Command: { Body: ErasePerson erase } command }) return;
        var subject = (await subjects.Find(books, step.Person.PersonId))!;
        await subjects.Bury(books, subject, erase.Request, command.AtMs);
        await data.Forget(books, subject, anonymous, erase.KeepsTraits, command.AtMs);
        await books.Execute("update privacy_requests set work_cipher = @work where request_id = @request", ("work", vault.Seal(JsonSerializer.Serialize(subject))), ("request", erase.Request));
    }
}

using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Danke.App.Hosting;

namespace Danke.App.Cli;

/// <summary><c>danke password NAME</c>: the way back in for who has the machine and no password.</summary>
internal static class PasswordVerb
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The user, e.g. admin." };
        var verb = new Command("password", "Give a user a new one-time password and end their sessions.") { name };
        verb.SetAction(async (given, cancel) =>
        {
            await using var session = await ServerSession.Open(given.Settings(), cancel);
            var user = given.GetRequiredValue(name);
            using var answer = await session.Client.PatchAsJsonAsync($"v1/users/{Uri.EscapeDataString(user)}", new JsonObject { ["reset_password"] = true }, cancel);
            if (!answer.IsSuccessStatusCode) return Printing.Fail(await Printing.Refusal(answer, cancel));
            var changed = (await answer.Content.ReadFromJsonAsync<JsonNode>(cancel))!;
            Console.WriteLine($"{user} signs in with the one-time password {changed["one_time_password"]} (shown only now).");
            return 0;
        });
        return verb;
    }
}

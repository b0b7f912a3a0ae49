using Danke.Contracts.Commands;
using Danke.Platform.Books;

namespace Danke.Platform.Door;

/// <summary>
/// One module's part in applying a batch. <c>Load</c> and <c>Save</c> are set-based over the batch; <c>Check</c> and
/// <c>Apply</c> run command by command through all stages, in memory, so that a batch of n equals n batches of one.
/// For each command every stage's Check runs before any stage's Apply: a refusal changes nothing.
/// </summary>
public interface IStage
{
    /// <summary>
    /// Notes the reads that hang on the commands alone: those of all stages go in one round trip, and are answered before Load. Commands
    /// that were answered earlier are still among the steps.
    /// </summary>
    void Ask(IReadOnlyList<Step> steps, Questions first) { }

    /// <summary>Reads what the batch may touch, in a constant number of round trips.</summary>
    ValueTask Load(Batch batch, BooksTransaction books);

    /// <summary>Says no, or nothing. Must not change state.</summary>
    Refusal? Check(Step step);

    /// <summary>Applies the command to the loaded state and announces what changed. Must not fail.</summary>
    void Apply(Step step);

    /// <summary>Writes the differences, in a constant number of statements.</summary>
    ValueTask Save(Batch batch, BooksTransaction books);
}

/// <summary>
/// A stage that can find something out about a command before its batch, without the Books: hashing and normalising happen on the
/// senders' threads instead of the Door's one. At most one stage is.
/// </summary>
public interface IPreparesSteps
{
    /// <summary>Called from any thread; the answer is the step's <see cref="Step.Prepared"/>.</summary>
    object Prepare(Command command);
}

/// <summary>A stage found in Check or Apply that it needs more than it loaded, and has noted what; the batch is run again from the start.</summary>
public sealed class LoadAgainException(string what) : Exception($"More must be loaded: {what}.");

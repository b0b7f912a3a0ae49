using Danke.Platform.Books;

namespace Danke.Platform.Privacy;

/// <summary>Knows texts that nobody could read as an event, and that speak of somebody who was erased.</summary>
public interface IErasedTexts
{
    /// <summary>
    /// For each text whether a value stands in it, or in the key it came under, that an erased person was known by; from before the erasing as far as the text says when.
    /// Those are counted as suppressed: the caller keeps nothing of them.
    /// </summary>
    Task<IReadOnlyList<bool>> Suppress(BooksTransaction transaction, IReadOnlyList<(string Text, string Key)> texts, long nowMs);
}

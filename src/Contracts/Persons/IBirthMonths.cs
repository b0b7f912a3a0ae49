namespace Danke.Contracts.Persons;

/// <summary>When persons have their birthday, for stages: as it is after the commands so far.</summary>
public interface IBatchBirthMonths
{
    /// <summary>To be called in Load by who will ask.</summary>
    ValueTask Load();

    /// <summary>1 to 12; 0 when unknown.</summary>
    int Of(long personId);

    /// <summary>Without its year, <c>05-17</c>; null when unknown.</summary>
    string? DayOf(long personId);
}

/// <summary>When persons have their birthday. From the Persons module.</summary>
public interface IBirthMonths
{
    /// <summary>1 to 12; 0 when unknown.</summary>
    Task<int> Of(long personId, CancellationToken cancel);

    /// <summary>Without its year, <c>05-17</c>; null when unknown.</summary>
    Task<string?> DayOf(long personId, CancellationToken cancel);

    /// <summary>Who has the birthday on one of the days, <c>05-17</c>: by number, so many after the given one.</summary>
    Task<List<long>> On(IReadOnlyCollection<string> days, long afterPerson, int limit, CancellationToken cancel);
}

public static class BirthMonth
{
    /// <summary>Of a birthday with or without its year (<c>1990-05-17</c>, <c>--05-17</c>); 0 when there is none.</summary>
    public static int Of(string? birthday) =>
        birthday is { Length: >= 5 } && int.TryParse(birthday.AsSpan(birthday.Length - 5, 2), out var month) && month is >= 1 and <= 12 ? month : 0;

    /// <summary>The day without its year, <c>05-17</c>; null when there is none.</summary>
    public static string? DayOf(string? birthday) => Of(birthday) == 0 ? null : birthday![^5..];
}

namespace Danke.Contracts.Persons;

/// <summary>When persons have their birthday, for stages: as it is after the commands so far.</summary>
public interface IBatchBirthMonths
{
    /// <summary>To be called in Load by who will ask.</summary>
    ValueTask Load();

    /// <summary>1 to 12; 0 when unknown.</summary>
    int Of(long personId);
}

/// <summary>When persons have their birthday. From the Persons module.</summary>
public interface IBirthMonths
{
    /// <summary>1 to 12; 0 when unknown.</summary>
    Task<int> Of(long personId, CancellationToken cancel);
}

public static class BirthMonth
{
    /// <summary>Of a birthday with or without its year (<c>1990-05-17</c>, <c>--05-17</c>); 0 when there is none.</summary>
    public static int Of(string? birthday) =>
        birthday is { Length: >= 5 } && int.TryParse(birthday.AsSpan(birthday.Length - 5, 2), out var month) && month is >= 1 and <= 12 ? month : 0;
}

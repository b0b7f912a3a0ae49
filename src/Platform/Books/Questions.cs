using System.Data.Common;

namespace Danke.Platform.Books;

/// <summary>
/// Reads of one transaction that need not wait for one another: on PostgreSQL they go and come in one round trip, in the order in which
/// they were asked; on SQLite, where nothing is far away, one after the other.
/// </summary>
public sealed class Questions
{
    private readonly BooksTransaction books;
    private readonly List<Question> waiting = [];

    internal Questions(BooksTransaction books) => this.books = books;

    /// <summary>Notes a read; its rows are there after <see cref="Send"/>.</summary>
    public Question<T> Rows<T>(string sql, Func<DbDataReader, T> map, params (string Name, object? Value)[] args)
    {
        var question = new Question<T>(sql, map, args);
        waiting.Add(question);
        return question;
    }

    public async Task Send()
    {
        if (waiting.Count == 0) return;
        await books.Answer([.. waiting]);
        waiting.Clear();
    }
}

/// <summary>A read with its arguments, and what becomes of each row.</summary>
public abstract class Question(string sql, (string Name, object? Value)[] args)
{
    internal string Sql => sql;
    internal (string Name, object? Value)[] Args => args;

    internal abstract void Take(DbDataReader row);
}

/// <summary>A read whose rows are kept as <typeparamref name="T"/>.</summary>
public sealed class Question<T>(string sql, Func<DbDataReader, T> map, (string Name, object? Value)[] args) : Question(sql, args)
{
    /// <summary>Empty until the question is sent.</summary>
    public List<T> Rows { get; } = [];

    internal override void Take(DbDataReader row) => Rows.Add(map(row));
}

using Danke.Contracts.Touch;
using Danke.Platform.Books;

namespace Danke.Touch.Messages;

internal sealed class MessageCounts(BooksStore books) : IMessageCounts
{
    public async Task<IReadOnlyList<MessageCount>> ByJourney(CancellationToken cancel) =>
        await books.Read("select journey, state, count(*) from messages group by journey, state order by journey, state",
            r => new MessageCount(r.GetString(0), r.GetString(1), r.GetInt64(2)), cancel: cancel);
}

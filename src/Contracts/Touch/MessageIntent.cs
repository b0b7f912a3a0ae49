using Danke.Contracts.Commands;
using Danke.Engines.Journeys;

namespace Danke.Contracts.Touch;

/// <summary>
/// A command by which its person may get messages. For these the Persons stage loads where the person can be reached and what they
/// allowed, and the stages tell what a message may say (<c>Step.Facts</c>). It names its person by number.
/// </summary>
public interface ITouches;

/// <summary>One message that a stage wants sent to the command's person. Touch decides whether it is, and keeps it either way.</summary>
/// <param name="Key">For ever unique: entry/node/visit/via.</param>
/// <param name="Journey">Who wants it.</param>
/// <param name="Name">What the message is called in lists and reports.</param>
public sealed record MessageIntent(string Key, ContactChannel Via, string Journey, string Name, MessageTemplate Template);

using Danke.Platform.Problems;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Danke.App.Tests.Hosting;

public sealed class KnownProblemsTests
{
    [Theory]
    [InlineData("57014", 503)] // cancelled, and not by this request
    [InlineData("40P01", 503)] // deadlock
    [InlineData("22021", 400)] // U+0000
    public void What_the_Books_may_take_when_asked_again_is_told_so(string state, int status)
    {
        var context = new DefaultHttpContext();

        var answer = ProblemAnswers.Known(new PostgresException("no", "ERROR", "ERROR", state), context);

        answer.ShouldBeAssignableTo<IStatusCodeHttpResult>()!.StatusCode.ShouldBe(status);
        context.Response.Headers.RetryAfter.ToString().Length.ShouldBe(status == 503 ? 1 : 0);
    }
}

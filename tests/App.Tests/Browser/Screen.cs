using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Danke.App.Tests.Browser;

/// <summary>A window of the browser, and what it complained about. Words on it are Chinese, the console's first language.</summary>
public sealed partial class Screen : IAsyncDisposable
{
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("DANKE_TEST_SCREENSHOTS");
    private readonly IBrowserContext window;
    private readonly ConcurrentQueue<string> complaints = [];

    internal Screen(IBrowserContext window, IPage page)
    {
        (this.window, Page) = (window, page);
        Page.Console += (_, said) => { if (said.Type == "error" && !said.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)) complaints.Enqueue($"console: {said.Text}"); };
        Page.PageError += (_, error) => complaints.Enqueue($"error: {error}");
        Page.Response += (_, answer) => { if (answer.Status >= 400 && !IsNobodyYet(answer)) complaints.Enqueue($"{answer.Status}: {answer.Url}"); };
        // What a page no longer wants when one leaves it is aborted.
        Page.RequestFailed += (_, request) => { if (request.Failure != "net::ERR_ABORTED") complaints.Enqueue($"{request.Failure}: {request.Url}"); };
    }

    public IPage Page { get; }

    /// <summary>Errors of the console, failed requests and refusals so far; each is told once.</summary>
    public string[] Complaints()
    {
        var all = new List<string>();
        while (complaints.TryDequeue(out var one)) all.Add(one);
        return [.. all];
    }

    // The console asks who one is; nobody is the answer before signing in.
    private static bool IsNobodyYet(IResponse answer) => answer.Status == 401 && answer.Url.EndsWith("/v1/session", StringComparison.Ordinal);

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Heading(string name) => Page.GetByRole(AriaRole.Heading, new() { Name = name });

    public ILocator Box(string name) => Page.GetByRole(AriaRole.Textbox, new() { Name = name, Exact = true });

    public ILocator Tab(string name) => Page.GetByRole(AriaRole.Tab, new() { Name = name, Exact = true });

    public ILocator Main => Page.GetByRole(AriaRole.Main);

    /// <summary>The pages of the navigation that this person may open.</summary>
    public ILocator Navigation => Page.Locator("nav a");

    public static ILocatorAssertions Expect(ILocator it) => Assertions.Expect(it);

    /// <summary>Fills the form of whatever language it is in, and waits for a page with navigation.</summary>
    public async Task SignIn(string user, string password)
    {
        await Page.GotoAsync("/");
        await Page.Locator("input[autocomplete=username]").FillAsync(user);
        await Page.Locator("input[autocomplete=current-password]").FillAsync(password);
        await Page.Locator("button[type=submit]").ClickAsync();
        await Expect(Navigation.First).ToBeVisibleAsync();
    }

    public async Task Go(string path)
    {
        await Page.GotoAsync(path);
        await Settled();
    }

    /// <summary>Waits until the page shows what it asked for.</summary>
    public async Task Settled()
    {
        await Expect(Heading("").First).ToBeVisibleAsync();
        await Expect(Page.Locator(".ant-skeleton, .ant-spin-spinning, main[aria-busy=true]")).ToHaveCountAsync(0);
    }

    /// <summary>All that can be read on the page.</summary>
    public Task<string> Words() => Page.Locator("body").InnerTextAsync();

    /// <summary>Keeps a picture of the page in the folder <c>DANKE_TEST_SCREENSHOTS</c>, to be looked at.</summary>
    public async Task Picture(string name)
    {
        if (Pictures is not null) await Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"{name}.png"), FullPage = true });
    }

    /// <summary>Words that are names of texts, or texts with an unfilled place: what a forgotten translation looks like.</summary>
    public async Task<string[]> UntranslatedWords(IEnumerable<string> families)
    {
        // What ends like a table's file is one that another test has uploaded.
        var isName = new Regex($@"^({string.Join('|', families.Select(Regex.Escape))})(\.[a-z0-9_]+)+(?<!\.csv)$");
        var texts = await Page.EvaluateAsync<string[]>("""
            () => {
              const found = [];
              const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              while (walker.nextNode())
                if (!walker.currentNode.parentElement.closest('.mono, code, pre, textarea, script, style')) found.push(walker.currentNode.data.trim());
              for (const labelled of document.querySelectorAll('[aria-label], [placeholder], [title]'))
                found.push(labelled.getAttribute('aria-label') ?? '', labelled.getAttribute('placeholder') ?? '', labelled.getAttribute('title') ?? '');
              return found;
            }
            """);
        return [.. texts.Where(text => isName.IsMatch(text) || text.Contains("{{", StringComparison.Ordinal)).Distinct()];
    }

    public async ValueTask DisposeAsync() => await window.DisposeAsync();
}

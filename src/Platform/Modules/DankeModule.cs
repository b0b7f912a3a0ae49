using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Danke.Platform.Modules;

/// <summary>
/// A room of the house. A module registers its stage, jobs and Insight tables, maps its endpoints and brings its tables
/// as embedded <c>Tables/NNNN_name.sql</c>. Modules do not reference one another; they ask through Contracts.
/// </summary>
public abstract class DankeModule
{
    /// <summary>Lower-case noun: the prefix of its migrations and the name in logs.</summary>
    public abstract string Name { get; }

    public virtual void AddServices(IServiceCollection services) { }

    /// <summary>Maps endpoints under <c>/v1</c>. Every endpoint names its policy (see Access/Policies).</summary>
    public virtual void MapEndpoints(IEndpointRouteBuilder v1) { }

    /// <summary>What a migration left to do that SQL alone cannot; called at every start, before anything else runs.</summary>
    public virtual Task AfterMigrations(BooksStore books, Vault vault, ILogger log, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>The module's part in applying a batch of commands; null when it has none.</summary>
    public virtual IStage? CreateStage(IServiceProvider services) => null;
}

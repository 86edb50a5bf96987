using System.Net;
using System.Net.Sockets;
using Elbow.Experiments;
using Elbow.Studio.Page;
using Elbow.Studio.Resources;
using Elbow.Studio.Runs;
using Elbow.Studio.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Elbow.Studio;

/// <summary>The studio, listening. Dispose it to stop.</summary>
public sealed class StudioServer : IAsyncDisposable
{
    private const int LargestBody = 1 << 18;
    private const int ShortestToken = 16;

    private readonly WebApplication app;

    private StudioServer(WebApplication app) => this.app = app;

    /// <summary>Where to open it.</summary>
    public string Address { get; private set; } = "";

    internal IServiceProvider Services => app.Services;

    /// <summary>Starts to listen.</summary>
    /// <param name="options">What to show and where.</param>
    /// <param name="warn">Told, in a line, of what went wrong inside.</param>
    /// <exception cref="UserException">The address cannot be had, or may not without a token.</exception>
    public static async Task<StudioServer> Start(StudioOptions options, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(warn);
        var server = new StudioServer(Build(options, AddressOf(options), warn));
        try
        {
            await server.app.StartAsync();
        }
        catch (IOException e)
        {
            await server.DisposeAsync();
            throw e.InnerException is AddressInUseException
                ? new UserException($"port {options.Port} of {options.Bind} is in use", "choose another with --port P, or --port 0 for any that is free; perhaps a studio runs already", e)
                : CannotListen(options, e);
        }
        catch (SocketException e)
        {
            await server.DisposeAsync();
            throw CannotListen(options, e);
        }
        server.Address = Shown(options, new Uri(server.app.Urls.First()).Port);
        return server;
    }

    /// <summary>Stops to listen; streams end.</summary>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static WebApplication Build(StudioOptions options, IPAddress address, Action<string> warn)
    {
        // Empty: no settings are read from the folder that the studio happens to be started in.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Listen(address, options.Port);
        });
        builder.Services.AddRoutingCore();
        // What cannot be read is told in two lines, by Guard, and not by an empty answer.
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(json => StudioJson.Configure(json.SerializerOptions));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(3));
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<ChangeFeed>().AddHostedService<Watcher>();
        builder.Services.AddSingleton(services => new RunCatalogue(options.Runs, services.GetRequiredService<ChangeFeed>(), services.GetRequiredService<TimeProvider>()));
        var app = builder.Build();
        var page = PageFiles.Index();
        app.Use(new PageHeaders(page).Add);
        app.Use(new Door(options).Enter);
        app.Use((context, next) => Guard(context, next, warn));
        app.UseRouting();
        app.MapRuns();
        app.MapRun();
        app.MapCurves();
        app.MapFiles();
        app.MapNotes();
        app.MapCompare();
        app.MapChanges();
        app.MapPage(page);
        return app;
    }

    // A request that fails ends with two lines, not the server.
    private static async Task Guard(HttpContext context, RequestDelegate next, Action<string> warn)
    {
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await Problem.Refuse(context, e.StatusCode, "the request cannot be read", "docs/studio.md lists the addresses and what they take");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            warn($"{context.Request.Method} {context.Request.Path}: {e.GetType().Name}: {e.Message}");
            await Problem.Refuse(context, StatusCodes.Status500InternalServerError, "the studio failed to answer this", "the terminal in which it runs says why: this is a fault of Elbow");
        }
    }

    private static IPAddress AddressOf(StudioOptions options)
    {
        if (options.Token is { Length: < ShortestToken }) throw new UserException($"the token has {options.Token.Length} characters", $"use {ShortestToken} or more, as openssl rand -hex 16 prints them");
        var address = options.Bind.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
            : IPAddress.TryParse(options.Bind, out var parsed) ? parsed
            : throw new UserException($"--bind {options.Bind} is no address", "give one as 127.0.0.1, 0.0.0.0 or ::1");
        return IPAddress.IsLoopback(address) || options.Token is not null ? address : throw new UserException(
            $"--bind {options.Bind} would show the runs to everybody on the network", "add --token with a long random word (openssl rand -hex 16 prints one), or leave --bind away and use an SSH tunnel");
    }

    private static UserException CannotListen(StudioOptions options, Exception e) =>
        new($"the studio cannot listen on port {options.Port} of {options.Bind}: {(e.InnerException ?? e).Message}", "choose another --port, or an address of this machine with --bind", e);

    private static string Shown(StudioOptions options, int port)
    {
        var host = options.Bind.Contains(':') ? $"[{options.Bind}]" : options.Bind is "0.0.0.0" ? Environment.MachineName : options.Bind;
        return $"http://{host}:{port}/";
    }
}

using System.CommandLine;
using Elbow.Studio;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow studio</c></summary>
internal static class StudioCommand
{
    private const int UsualPort = 8617;

    internal static Command Create()
    {
        var runs = new Option<string>("--runs") { Description = "folder of runs", DefaultValueFactory = _ => "runs", HelpName = "DIR" };
        var port = new Option<int>("--port") { Description = "port to listen on; 0 for any that is free", DefaultValueFactory = _ => UsualPort, HelpName = "P" }.Between(0, 65535);
        var bind = new Option<string>("--bind") { Description = "address to listen on; any but this machine's own needs --token", DefaultValueFactory = _ => "127.0.0.1", HelpName = "ADDRESS" };
        var token = new Option<string?>("--token") { Description = "word that a caller must show: open the page once with ?token=T", HelpName = "T" };
        var command = new Command("studio", "the runs of a folder in the browser, live; the last line on stdout is the address, Ctrl-C ends it") { runs, port, bind, token };
        command.SetAction(parsed => Serve(new StudioOptions
        {
            Runs = parsed.GetRequiredValue(runs), Port = parsed.GetRequiredValue(port), Bind = parsed.GetRequiredValue(bind), Token = parsed.GetValue(token),
        }));
        return command;
    }

    private static int Serve(StudioOptions options)
    {
        using var interruption = new Interruption();
        if (!Directory.Exists(options.Runs)) Console.Error.WriteLine($"there is no folder {options.Runs} yet: its runs are shown as soon as elbow train makes some; --runs DIR names another");
        var server = StudioServer.Start(options, line => Console.Error.WriteLine($"studio: {line}")).GetAwaiter().GetResult();
        try
        {
            Console.Error.WriteLine($"the runs of {Path.GetFullPath(options.Runs)}; Ctrl-C ends the studio");
            Console.Out.WriteLine(server.Address);
            Console.Out.Flush();
            interruption.Token.WaitHandle.WaitOne();
            return Boundary.Interrupted;
        }
        finally
        {
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}

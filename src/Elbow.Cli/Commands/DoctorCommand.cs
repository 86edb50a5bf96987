using System.CommandLine;
using System.Text.Json.Nodes;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow doctor</c></summary>
internal static class DoctorCommand
{
    internal static Command Create()
    {
        var json = Output.Json();
        var command = new Command("doctor", "look at this machine: what is missing, what is slow, and the command that mends it") { json };
        command.SetAction(parsed =>
        {
            var checks = Examination.Run();
            var report = new JsonObject
            {
                ["checks"] = new JsonArray([.. checks.Select(check => (JsonNode)new JsonObject
                {
                    ["name"] = check.Name, ["state"] = $"{check.State}".ToLowerInvariant(), ["found"] = check.Found, ["value"] = check.Value, ["mend"] = check.Mend,
                })]),
            };
            Output.Write(parsed.GetValue(json), report, () => Print(checks));
            return checks.Any(check => check is { Vital: true, State: CheckState.Missing }) ? Boundary.UserMistake : Boundary.Success;
        });
        return command;
    }

    private static void Print(IReadOnlyList<Check> checks)
    {
        var width = checks.Max(check => check.Name.Length);
        foreach (var check in checks)
        {
            Console.Out.WriteLine($"{$"{check.State}".ToLowerInvariant(),-8} {check.Name.PadRight(width)}  {check.Found}");
            if (check.Mend is not null) Console.Out.WriteLine($"{"",-8} {"".PadRight(width)}  -> {check.Mend}");
        }
    }
}

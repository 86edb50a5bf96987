using System.CommandLine;
using System.Text.Json.Nodes;
using Elbow.Data;
using Elbow.Experiments;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow data list|get|verify|describe</c></summary>
internal static class DataCommand
{
    internal static Command Create() => new("data", "known data sets, and a look at any data") { List(), Get(), Verify(), DescribeCommand.Create() };

    /// <exception cref="UserException">No such set.</exception>
    internal static KnownSet Known(string name) => KnownData.Find(name) ?? throw new UserException(
        $"there is no known data set '{name}'", $"use one of {string.Join(", ", KnownData.All.Select(set => set.Kind))}; elbow data list says more");

    private static Command List()
    {
        var json = Output.Json();
        var command = new Command("list", "the sets that Elbow knows by name: where they are or how to get them, size, licence, whom to cite") { json };
        command.SetAction(parsed =>
        {
            var locator = DataLocator.Default();
            var sets = KnownData.All.Select(set => (Set: set, Place: DataPlace.Of(set, locator))).ToArray();
            var report = new JsonArray([.. sets.Select(entry => (JsonNode)new JsonObject
            {
                ["name"] = entry.Set.Kind, ["title"] = entry.Set.Title, ["contents"] = entry.Set.Contents, ["split"] = entry.Set.Split,
                ["path"] = entry.Place.Path, ["bundled"] = entry.Set.IsBundled, ["get"] = entry.Place.Get, ["bytes"] = entry.Place.Bytes,
                ["licence"] = entry.Set.Licence, ["citation"] = entry.Set.Citation,
            })]);
            Output.Write(parsed.GetValue(json), report, () =>
            {
                foreach (var (set, place) in sets) Print(set, place);
            });
        });
        return command;
    }

    private static Command Get()
    {
        var name = new Argument<string>("name") { Description = "a name that elbow data list shows", HelpName = "NAME" };
        var json = Output.Json();
        var command = new Command("get", "download a known set, checked and resumed after a break") { name, json };
        command.SetAction(parsed =>
        {
            var set = Known(parsed.GetRequiredValue(name));
            var locator = DataLocator.Default();
            var place = DataPlace.Of(set, locator);
            var fetched = !set.IsBundled && place.Path is null;
            if (fetched) place = place with { Path = Fetch(set, locator) };
            Output.Write(parsed.GetValue(json), new JsonObject { ["name"] = set.Kind, ["path"] = place.Path, ["bundled"] = set.IsBundled, ["fetched"] = fetched }, () =>
                Console.Out.WriteLine(set.IsBundled ? $"{set.Kind} comes with Elbow" : fetched ? place.Path : $"{set.Kind} is here already: {place.Path}"));
        });
        return command;
    }

    private static string Fetch(KnownSet set, DataLocator locator)
    {
        using var meter = new DataMeter(everyFile: true);
        using var interruption = new Interruption();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        return new DataDownloader(http, TimeProvider.System).GetAsync(set, locator.Cache, meter, interruption.Token).GetAwaiter().GetResult();
    }

    private static Command Verify()
    {
        var name = new Argument<string?>("name") { Description = "a name that elbow data list shows; without it all that are here", HelpName = "NAME", Arity = ArgumentArity.ZeroOrOne };
        var json = Output.Json();
        var command = new Command("verify", "read every byte of known sets and compare sizes and checksums") { name, json };
        command.SetAction(parsed =>
        {
            var locator = DataLocator.Default();
            var named = parsed.GetValue(name);
            if (named is not null && !Known(named).IsBundled && locator.Present(Known(named)) is null) locator.Require(Known(named));
            var sets = named is null ? KnownData.All.Where(set => set.IsBundled || locator.Present(set) is not null) : [Known(named)];
            var results = sets.SelectMany(set => Check(set, locator)).ToArray();
            var report = new JsonArray([.. results.Select(result => (JsonNode)new JsonObject { ["name"] = result.Set, ["file"] = result.File, ["ok"] = result.Fault is null, ["fault"] = result.Fault })]);
            Output.Write(parsed.GetValue(json), report, () =>
            {
                foreach (var result in results) Console.Out.WriteLine(result.Fault is null ? $"ok       {result.Set}: {result.File}" : $"damaged  {result.Set}: {result.Fault}");
            });
            var damaged = results.Where(result => result.Fault is not null).ToArray();
            if (damaged.Length > 0) throw new UserException($"{damaged.Length} of {results.Length} files are damaged: {string.Join(", ", damaged.Select(result => result.File))}", $"remove each and run elbow data get {damaged[0].Set}");
        });
        return command;
    }

    private static IEnumerable<(string Set, string File, string? Fault)> Check(KnownSet set, DataLocator locator)
    {
        if (locator.Present(set) is not { } there)
        {
            yield return (set.Kind, "bundled with Elbow", null);
            yield break;
        }
        using var meter = new DataMeter();
        foreach (var (file, path) in there.Edition.Files.Zip(there.Paths))
        {
            string? fault = null;
            try
            {
                locator.Verify(set, file, path, meter, again: true);
            }
            catch (UserException error)
            {
                fault = error.What;
            }
            yield return (set.Kind, path, fault);
        }
    }

    private static void Print(KnownSet set, DataPlace place)
    {
        Console.Out.WriteLine($"{set.Kind,-16} {set.Title}");
        string[] lines =
        [
            set.Contents + (place.Bytes is { } bytes ? $"; {DataMeter.Size(bytes)}" : ""),
            set.IsBundled ? "bundled with Elbow" : place.Path is not null ? $"found in {place.Path}" : $"not here -> {place.Get}",
            $"licence: {set.Licence}",
            $"cite: {set.Citation}",
        ];
        foreach (var line in lines) Console.Out.WriteLine($"{"",-16} {line}");
        Console.Out.WriteLine();
    }
}

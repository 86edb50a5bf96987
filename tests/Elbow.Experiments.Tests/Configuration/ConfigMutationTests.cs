using System.Text.Json.Nodes;
using Elbow.Experiments.Configuration;

namespace Elbow.Experiments.Tests.Configuration;

/// <summary>Laws over configs that are broken at random places.</summary>
public sealed class ConfigMutationTests
{
    private static readonly string[] s_required = ["latentDim", "objective", "inner", "name", "kind"];

    public enum Fault
    {
        DropRequired,
        Rename,
        Duplicate,
        ChangeType,
        NumberTooLarge,
    }

    public static MatrixTheoryData<Fault, int> Faults => new(Enum.GetValues<Fault>(), [1, 2, 3]);

    [Theory]
    [MemberData(nameof(Faults))]
    public void Read_OneRandomFault_IsReportedAtItsPath(Fault fault, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 60; i++)
        {
            var tree = Draw(random);
            var places = Places(tree, "").Where(p => Suits(p, fault)).ToArray();
            if (places.Length == 0)
                continue;
            var path = Break(places[random.Next(places.Length)], fault);

            Assert.Contains(path, Errors(tree));
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Read_SeveralRandomFaults_AreReportedTogether(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 60; i++)
        {
            var tree = Draw(random);
            var expected = new List<string>();
            foreach (var group in Places(tree, "").GroupBy(p => p.Path.Split('.', '[')[0]).ToArray())
            {
                var fault = (Fault)random.Next(5);
                var places = group.Where(p => Suits(p, fault)).ToArray();
                if (places.Length > 0)
                    expected.Add(Break(places[random.Next(places.Length)], fault));
            }

            var found = Errors(tree);
            Assert.All(expected, path => Assert.Contains(path, found));
        }
    }

    [Fact]
    public void Read_TruncatedAnywhere_IsOneSyntaxError()
    {
        var text = ConfigWriter.Write(SampleConfig.Draw(new Random(21))).TrimEnd();
        for (var length = 0; length < text.Length; length++)
        {
            var error = Assert.Throws<ConfigException>(() => ConfigReader.Read<SampleConfig>(text[..length]));
            Assert.StartsWith("not valid JSON at line ", Assert.Single(error.Errors).What, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_OneCharacterChanged_IsReadOrReportedAndNothingElse()
    {
        const string Noise = "{}[]\",:.-+e0197 \\\n/\0\ud800ékn";
        var random = new Random(22);
        var refused = 0;
        for (var i = 0; i < 3000; i++)
        {
            var text = ConfigWriter.Write(SampleConfig.Draw(random)).ToCharArray();
            text[random.Next(text.Length)] = Noise[random.Next(Noise.Length)];
            refused += Record.Exception(() => ConfigReader.Read<SampleConfig>(new string(text))) is { } e
                ? Assert.IsType<ConfigException>(e).Errors.Count > 0 ? 1 : 0
                : 0;
        }

        Assert.InRange(refused, 1500, 3000);
    }

    [Fact]
    public void Read_OptionalKeyDropped_IsAccepted()
    {
        var random = new Random(23);
        for (var i = 0; i < 200; i++)
        {
            var tree = Draw(random);
            var places = Places(tree, "").Where(p => p.Key is { } key && !s_required.Contains(key)).ToArray();
            var place = places[random.Next(places.Length)];
            place.Parent.AsObject().Remove(place.Key!);

            Assert.Empty(Errors(tree));
        }
    }

    private static JsonObject Draw(Random random) => JsonNode.Parse(ConfigWriter.Write(SampleConfig.Draw(random)))!.AsObject();

    private static string[] Errors(JsonObject tree)
    {
        // Keys marked as duplicates get their mark only here, because a tree cannot hold a key twice.
        var text = tree.ToJsonString().Replace("@twice@", "", StringComparison.Ordinal);
        return Record.Exception(() => ConfigReader.Read<SampleConfig>(text)) is { } e
            ? [.. Assert.IsType<ConfigException>(e).Errors.Select(error => error.Path)]
            : [];
    }

    private static IEnumerable<Place> Places(JsonNode? node, string path) => node switch
    {
        JsonObject obj => obj.SelectMany(p =>
        {
            var at = path.Length == 0 ? p.Key : $"{path}.{p.Key}";
            return Places(p.Value, at).Prepend(new Place(obj, p.Key, -1, p.Value, at));
        }),
        JsonArray list => list.SelectMany((item, i) => Places(item, $"{path}[{i}]").Prepend(new Place(list, null, i, item, $"{path}[{i}]"))),
        _ => [],
    };

    private static bool Suits(Place place, Fault fault) => fault switch
    {
        Fault.DropRequired => s_required.Contains(place.Key),
        Fault.Rename or Fault.Duplicate => place.Key is not null,
        Fault.NumberTooLarge => place.Value?.GetValueKind() == System.Text.Json.JsonValueKind.Number,
        _ => true,
    };

    /// <summary>Breaks the place and returns the path under which that must be reported.</summary>
    private static string Break(Place place, Fault fault)
    {
        var obj = place.Parent as JsonObject;
        switch (fault)
        {
            case Fault.DropRequired:
                obj!.Remove(place.Key!);
                return place.Path;
            case Fault.Rename:
                obj!.Remove(place.Key!);
                obj["zz" + place.Key] = place.Value;
                return place.Key == "kind" ? place.Path : place.Path[..^place.Key!.Length] + "zz" + place.Key;
            case Fault.Duplicate:
                obj!["@twice@" + place.Key] = place.Value?.DeepClone();
                return place.Path;
            default:
                JsonNode wrong = fault == Fault.NumberTooLarge ? JsonNode.Parse("1e999")!
                    : place.Value is JsonArray ? new JsonObject()
                    : new JsonArray();
                if (obj is not null)
                    obj[place.Key!] = wrong;
                else
                    place.Parent.AsArray()[place.Index] = wrong;
                return place.Path;
        }
    }

    private sealed record Place(JsonNode Parent, string? Key, int Index, JsonNode? Value, string Path);
}

using System.Reflection;
using System.Text.RegularExpressions;
using Elbow.Tests.Support;

namespace Elbow.Tests.CodeBase;

/// <summary>docs/methods/proofs.md says which test proves what: each that it names exists, and no numbered item of a specification is left out.</summary>
public sealed partial class ProofsTests
{
    private static readonly string Text = File.ReadAllText(Repository.At("docs", "methods", "proofs.md"));

    // Properties of section 8 and ambiguities of section 7 of methods/NAME.md.
    public static TheoryData<string, int, int> Specifications => new()
    {
        { "priors", 12, 13 }, { "ed-vae", 12, 10 }, { "avae", 15, 15 }, { "three-entropies", 12, 14 }, { "corex-anchorvae", 13, 9 },
    };

    [Fact]
    public void Tests_NamedAsProofs_Exist()
    {
        var tests = typeof(ProofsTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Where(method => method.GetCustomAttributes<FactAttribute>().Any()).Select(method => $"{type.Name}.{method.Name}"))
            .ToHashSet(StringComparer.Ordinal);
        var named = Named().Matches(Text).Select(match => match.Groups["test"].Value).ToList();
        Assert.True(named.Count > 150, "the names are not found");
        Assert.Empty(named.Except(tests));
    }

    [Theory, MemberData(nameof(Specifications))]
    public void Items_OfASpecification_AreAllThere(string name, int properties, int ambiguities)
    {
        var section = Text.Split("\n## ").Single(part => part.StartsWith(name + "\n", StringComparison.Ordinal));
        var rows = Row().Matches(section).Select(match => (Item: match.Groups["item"].Value, Proof: match.Groups["proof"].Value)).ToList();
        Assert.Equal([.. Numbers(8, properties), .. Numbers(7, ambiguities)], rows.Select(row => row.Item));
        Assert.All(rows.Where(row => row.Item.StartsWith('8')), row => Assert.Matches(Named(), row.Proof));
    }

    private static IEnumerable<string> Numbers(int section, int count) => Enumerable.Range(1, count).Select(item => $"{section}.{item}");

    [GeneratedRegex(@"`(?<test>\w+Tests\.\w+)`")]
    private static partial Regex Named();

    [GeneratedRegex(@"^\| (?<item>[78]\.\d+) \| .* \| (?<proof>[^|]*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}

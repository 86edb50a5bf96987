using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Elbow.Distributions;
using Elbow.Evaluation;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.CodeBase;

/// <summary>Rules about the sources that no compiler knows.</summary>
public sealed partial class StructureTests
{
    private const int LongestFile = 400;

    // design.md 2: what a folder may use beside itself. Exceptions and configuration attributes of Elbow.Experiments are for all.
    private static readonly Dictionary<string, string[]> MayUse = new(StringComparer.Ordinal)
    {
        ["Distributions"] = ["Torch"],
        ["Networks"] = ["Distributions", "Torch"],
        ["Priors"] = ["Networks", "Distributions", "Torch"],
        ["Models"] = ["Priors", "Networks", "Distributions", "Torch"],
        ["Objectives"] = ["Models", "Priors", "Networks", "Distributions", "Torch"],
        ["Diagnostics"] = ["Models", "Priors", "Networks", "Distributions", "Torch"],
        ["Evaluation"] = ["Models", "Priors", "Networks", "Distributions", "Torch"],
        ["Data"] = ["Torch"],
        ["Export"] = ["Models", "Priors", "Networks", "Distributions", "Torch"],
        ["Explorer"] = ["Export", "Diagnostics", "Evaluation", "Data", "Models", "Priors", "Networks", "Distributions", "Torch"],
        ["Training"] = ["Explorer", "Objectives", "Diagnostics", "Evaluation", "Data", "Models", "Priors", "Networks", "Distributions", "Torch", "Experiments"],
    };

    private static readonly string[] OfDistributions = ["Equation:", "Shapes:", "Units:"];
    private static readonly string[] OfObjectives = [.. OfDistributions, "Source:"];
    private static readonly string[] OfEstimators = [.. OfObjectives, "Biased when:"];

    private static readonly Assembly[] Assemblies = [typeof(Estimate).Assembly, typeof(Tensor).Assembly, typeof(Experiments.UserException).Assembly];

    public static TheoryData<string> Folders => [.. MayUse.Keys];

    [Fact]
    public void Folders_OfTheLibrary_AreAllInTheDiagram()
    {
        var folders = Directory.GetDirectories(Repository.At("src", "Elbow")).Select(path => Path.GetFileName(path)).Where(name => name is not ("obj" or "bin"));
        Assert.Empty(folders.Except(MayUse.Keys));
    }

    [Theory, MemberData(nameof(Folders))]
    public void Usings_OfAFolder_FollowTheDiagram(string folder)
    {
        var wrong =
            from path in Repository.Sources("src", "Elbow", folder)
            from used in UsedFolders(File.ReadAllText(path))
            where used != folder && used != "Experiments" && !MayUse[folder].Contains(used)
            select $"{Repository.Relative(path)} uses {used}";
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("using Elbow.Networks;", "Networks")]
    [InlineData("using static Elbow.Networks.Activation;", "Networks")]
    [InlineData("using Net = Elbow.Networks.Mlp;", "Networks")]
    [InlineData("IList<Elbow.Networks.Mlp.Config> x;", "Networks")]
    [InlineData("x is Networks.Mlp.Config", "Networks")]
    [InlineData("(Networks.ILayer)x", "Networks")]
    [InlineData("new Dictionary<string,Networks.Module>()", "Networks")]
    [InlineData("var x = global::Elbow.Networks.Init.DType;", "Networks")]
    [InlineData("Experiments.Storage.AtomicFile.WriteText(x)", "Experiments")]
    [InlineData("new(Data.Train, Data.Size, Training.Epochs)", null)]
    [InlineData("/// <see cref=\"Networks.Mlp\"/>", null)]
    [InlineData("config.Networks.Mlp", null)]
    public void UsedFolders_OfALine_AreNamespacesAndNotProperties(string line, string? folder) =>
        Assert.Equal(folder is null ? [] : [folder], UsedFolders(line));

    [Theory]
    [InlineData("Elbow.Torch", "Elbow.Torch")]
    [InlineData("Elbow.Experiments", "Elbow.Experiments")]
    [InlineData("Elbow.Studio", "Elbow.Experiments")]
    public void Usings_OfTheLowerProjects_StayWithinThem(string project, string used)
    {
        var wrong =
            from path in Repository.Sources("src", project)
            from line in File.ReadLines(path)
            where line.StartsWith("using Elbow", StringComparison.Ordinal) && !new[] { project, used }.Any(name => line.StartsWith("using " + name, StringComparison.Ordinal))
            select $"{Repository.Relative(path)}: {line}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void PublicClasses_Always_AreSealedStaticOrAbstract()
    {
        var open = Assemblies.SelectMany(assembly => assembly.GetExportedTypes()).Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false });
        Assert.Empty(open.Select(type => type.FullName));
    }

    [Fact]
    public void ConfigRecords_Always_AreRegisteredWithTheirBase()
    {
        var types = Assemblies.SelectMany(assembly => assembly.GetTypes()).ToList();
        var bases = types.Where(type => type.GetCustomAttribute<JsonPolymorphicAttribute>() is not null).ToList();
        Assert.True(bases.Count >= 7, "the configuration bases are not found");
        foreach (var root in bases)
        {
            var registered = root.GetCustomAttributes<JsonDerivedTypeAttribute>().ToList();
            var kinds = types.Where(type => !type.IsAbstract && root.IsAssignableFrom(type));
            Assert.Equal(kinds.Select(type => type.FullName).Order(), registered.Select(kind => kind.DerivedType.FullName).Order());
            Assert.Equal(registered.Count, registered.Select(kind => kind.TypeDiscriminator).Distinct().Count());
        }
    }

    [Fact]
    public void ObjectivesDistributionsAndEstimators_Documentation_HasTheMathematics()
    {
        var docs = XDocument.Load(Path.ChangeExtension(typeof(Estimate).Assembly.Location, ".xml"))
            .Descendants("member").ToDictionary(member => member.Attribute("name")!.Value, member => member.Value, StringComparer.Ordinal);
        var public_ = typeof(Estimate).Assembly.GetExportedTypes();
        var required =
            public_.Where(type => Is<IObjective>(type)).Select(type => (Type: type, Words: OfObjectives))
                .Concat(public_.Where(type => Is<IDistribution>(type) && type != typeof(Point)).Select(type => (Type: type, Words: OfDistributions)))
                .Concat(public_.Where(type => type.Namespace == typeof(ElboEstimator).Namespace && Estimates(type)).Select(type => (Type: type, Words: OfEstimators)))
                .ToList();
        Assert.True(required.Count >= 12, "the types are not found");
        var missing = required.SelectMany(rule => rule.Words.Where(word => !docs[$"T:{rule.Type.FullName}"].Contains(word, StringComparison.Ordinal)).Select(word => $"{rule.Type.Name}: {word}"));
        Assert.Empty(missing);
    }

    [Fact]
    public void SourceFiles_Always_AreOfReadableLength()
    {
        var long_ = Repository.Sources("src").Concat(Repository.Sources("tests")).Where(path => File.ReadLines(path).Count() >= LongestFile);
        Assert.Empty(long_.Select(Repository.Relative));
    }

    [Fact]
    public void PrivateFields_Always_HaveNoUnderscore()
    {
        var wrong =
            from path in Repository.Sources("src")
            from Match match in UnderscoredField().Matches(File.ReadAllText(path))
            select $"{Repository.Relative(path)}: {match.Value.Trim()}";
        Assert.Empty(wrong);
    }

    // One line "elbow: what is wrong" and one line how to mend it: neither is a sentence of its own.
    [Fact]
    public void Messages_ToTheUser_BeginSmallAndEndWithoutAFullStop()
    {
        var thrown = Repository.Sources("src").SelectMany(path => Thrown().Matches(File.ReadAllText(path)).Select(match => $"{Repository.Relative(path)}: {match.Value}")).ToList();
        Assert.True(thrown.Count > 50, "the messages are not found");
        Assert.DoesNotContain(thrown, text => Sentence().IsMatch(text));
    }

    private static bool Is<T>(Type type) => type is { IsClass: true, IsAbstract: false } && typeof(T).IsAssignableFrom(type);

    private static bool Estimates(Type type) => type is { IsAbstract: true, IsSealed: true }
        && type.GetMethods(BindingFlags.Public | BindingFlags.Static).Any(method => method.ReturnType == typeof(Tensor) || method.ReturnType.FullName!.Contains(typeof(Tensor).FullName!, StringComparison.Ordinal));

    [GeneratedRegex(@"^\s+(private|internal|protected)\b[^=;(\n]*\s_[a-z]\w*\s*[=;]", RegexOptions.Multiline)]
    private static partial Regex UnderscoredField();

    [GeneratedRegex(@"new (UserException|RunFailedException)\((?<text>[^;]*);")]
    private static partial Regex Thrown();

    // A literal that begins with a word in capital form, or ends with one full stop; names such as CSV, ELBOW_DATA and Ctrl-C stay as they are.
    [GeneratedRegex(@"[^.]\.""\s*[,)]|[(,:]\s*\$?""[A-Z][a-z ][a-z ]")]
    private static partial Regex Sentence();
    // Named with or without "Elbow.": inside one of our namespaces the others need no prefix. Then only what is declared there counts,
    // for a property may bear a folder's name too.
    private static IEnumerable<string> UsedFolders(string source) =>
        UsedFolder().Matches(source).Select(match => match.Groups["folder"].Value)
            .Concat(Qualified().Matches(source).Where(match => Declared.Contains(match.Value)).Select(match => match.Groups["folder"].Value))
            .Distinct();

    private static readonly HashSet<string> Declared =
        [.. Assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.Namespace?.StartsWith("Elbow.", StringComparison.Ordinal) == true)
            .Select(type => string.Join('.', $"{type.Namespace}.{type.Name.Split('`')[0]}".Split('.').Skip(1).Take(2)))];

    [GeneratedRegex(@"(?<![\w.""/])(?<folder>[A-Z]\w+)\.[A-Z]\w+")]
    private static partial Regex Qualified();

    // A using line, or a name written out.
    [GeneratedRegex(@"(?<=^using (static )?|[^\w.""/])Elbow\.(?<folder>[A-Z]\w+)", RegexOptions.Multiline)]
    private static partial Regex UsedFolder();
}

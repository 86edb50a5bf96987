using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Elbow.Experiments.Configuration;

namespace Elbow.Experiments.Tests.Configuration;

public enum Activation
{
    Relu,
    LeakyRelu,
    [JsonStringEnumMemberName("swish-1")]
    Swish,
}

[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Mlp), "mlp")]
[JsonDerivedType(typeof(Conv), "conv")]
[JsonDerivedType(typeof(Identity), "identity")]
public abstract record NetworkConfig;

[Description("Fully connected layers.")]
public sealed record Mlp : NetworkConfig
{
    [Description("Widths of the hidden layers, input side first."), MinLength(1), Range(1, 4096)]
    public int[] Hidden { get; init; } = [256, 256];

    public Activation Activation { get; init; } = Activation.LeakyRelu;
}

[Description("Strided convolutions.")]
public sealed record Conv : NetworkConfig
{
    [AllowedValues(1, 2, 4)]
    public int Stride { get; init; } = 2;

    [Description("Kernel sizes, a list per stage."), Range(1, 31)]
    public IReadOnlyList<int[]> Kernels { get; init; } = [[3, 3], [5]];

    public Activation Activation { get; init; } = Activation.Relu;
}

public sealed record Identity : NetworkConfig;

[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Annealed), "annealed")]
[JsonDerivedType(typeof(Elbo), "elbo")]
public abstract record ObjectiveConfig;

[Description("Warms another objective up.\nEnds at its full weight.")]
public sealed record Annealed : ObjectiveConfig
{
    [Range(1, int.MaxValue)]
    public int Epochs { get; init; } = 10;

    public required ObjectiveConfig Inner { get; init; }
}

public sealed record Elbo : ObjectiveConfig
{
    [Description("Weight of the divergence."), Range(0, 1000, MinimumIsExclusive = true)]
    public double Beta { get; init; } = 1;
}

public sealed record StoppingConfig
{
    [Range(1, 1000)]
    public int Patience { get; init; } = 20;

    [Range(0, double.PositiveInfinity)]
    public float MinDelta { get; init; } = 1e-4f;
}

public sealed record SplitConfig : IValidatableConfig
{
    [Range(0, 1, MaximumIsExclusive = true)]
    public double Validation { get; init; } = 0.1;

    [Range(0, 1, MaximumIsExclusive = true)]
    public double Test { get; init; } = 0.1;

    public IEnumerable<ConfigError> Validate()
    {
        if (Validation + Test >= 1)
            yield return new("validation", $"{Validation} and test {Test} leave no training data", "let both sum to less than 1");
    }
}

public sealed record TagConfig
{
    [MinLength(2)]
    public required string Name { get; init; }

    public bool Pinned { get; init; }
}

/// <summary>A config with one of everything that a config may hold.</summary>
[Description("A sample.")]
public sealed record SampleConfig
{
    [Description("Size of the latent code."), Range(1, 512)]
    public required int LatentDim { get; init; }

    [Description("What becomes of an image.")]
    public NetworkConfig Encoder { get; init; } = new Mlp { Hidden = [64] };

    public required ObjectiveConfig Objective { get; init; }

    public SplitConfig Split { get; init; } = new();

    [Description("When to stop early.")]
    public StoppingConfig? EarlyStopping { get; init; }

    public string? Path { get; init; }
    public ulong Seed { get; init; } = 1;
    public long Offset { get; init; } = -1;
    public float Scale { get; init; } = 0.1f;
    public bool Binarise { get; init; }
    public double? Clip { get; init; }
    public List<string> Metrics { get; init; } = ["nll"];
    public IReadOnlyList<double?> Weights { get; init; } = [];
    public IReadOnlyList<TagConfig> Tags { get; init; } = [];

    [AllowedValues("cpu", "cuda")]
    public string Device { get; init; } = "cpu";

    /// <summary>Computed, so it is no key.</summary>
    public int Twice => 2 * LatentDim;

    public const string Smallest = """{ "latentDim": 2, "objective": { "kind": "elbo" } }""";

    /// <summary>A valid config drawn at random.</summary>
    public static SampleConfig Draw(Random random)
    {
        string[] texts = ["", "plain", "with \"quotes\" \\ and\nlines", "é ∑ 😀 <b>'", "null"];
        return new SampleConfig
        {
            LatentDim = random.Next(1, 513),
            Encoder = Network(),
            Objective = Objective(3),
            Split = new SplitConfig { Validation = random.NextDouble() / 2, Test = random.NextDouble() / 2 },
            EarlyStopping = Maybe() ? new StoppingConfig { Patience = random.Next(1, 1001), MinDelta = random.NextSingle() } : null,
            Path = Maybe() ? Text() : null,
            Seed = (ulong)random.NextInt64(long.MinValue, long.MaxValue),
            Offset = random.NextInt64(long.MinValue, long.MaxValue),
            Scale = (float)Math.ScaleB(random.NextDouble() - 0.5, random.Next(-140, 120)),
            Binarise = Maybe(),
            Clip = Maybe() ? Math.ScaleB(random.NextDouble(), random.Next(-1000, 1000)) : null,
            Metrics = [.. Some(Text)],
            Weights = [.. Some<double?>(() => Maybe() ? random.NextDouble() : null)],
            Tags = [.. Some(() => new TagConfig { Name = "t-" + Text(), Pinned = Maybe() })],
            Device = Maybe() ? "cpu" : "cuda",
        };

        bool Maybe() => random.Next(2) == 0;
        string Text() => texts[random.Next(texts.Length)];
        IEnumerable<T> Some<T>(Func<T> draw) => Enumerable.Range(0, random.Next(4)).Select(_ => draw()).ToArray();
        Activation Function() => Enum.GetValues<Activation>()[random.Next(3)];
        int[] Sizes(int limit) => [random.Next(1, limit), .. Some(() => random.Next(1, limit))];
        ObjectiveConfig Objective(int depth) => depth > 0 && Maybe()
            ? new Annealed { Epochs = random.Next(1, 100), Inner = Objective(depth - 1) }
            : new Elbo { Beta = 1 - random.NextDouble() };
        NetworkConfig Network() => random.Next(3) switch
        {
            0 => new Mlp { Hidden = Sizes(4097), Activation = Function() },
            1 => new Conv { Stride = 1 << random.Next(3), Kernels = [.. Some(() => Sizes(32))], Activation = Function() },
            _ => new Identity(),
        };
    }
}

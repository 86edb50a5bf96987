using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Elbow.Experiments.Configuration;

namespace Elbow.Experiments.Tests.Configuration;

/// <summary>Types that break the conventions are faults of the program and say so, instead of being half read.</summary>
public sealed class ConfigShapesTests
{
    [Fact]
    public void Read_OpenRecord_IsRefused() => Refused<OpenConfig>("sealed record");

    [Fact]
    public void Read_Class_IsRefused() => Refused<ClassConfig>("sealed record");

    [Fact]
    public void Read_PositionalRecord_IsRefused() => Refused<PositionalConfig>("parameterless");

    [Fact]
    public void Read_NullDefaultWhereNullIsNotAllowed_IsRefused() => Refused<NullConfig>("Name may not be null");

    [Fact]
    public void Read_AttributeNobodyChecks_IsRefused() => Refused<UncheckedConfig>("EmailAddressAttribute");

    [Fact]
    public void Read_KindRegisteredTwice_IsRefused() => Refused<TwiceConfig>("registered twice");

    [Fact]
    public void Write_KindNotRegistered_IsRefused() => Assert.Contains(
        "JsonDerivedType", Assert.Throws<InvalidOperationException>(() => ConfigWriter.Write<TwoConfig>(new Stray())).Message, StringComparison.Ordinal);

    [Fact]
    public void Of_Kinds_AreListedInOrder()
    {
        Assert.Equal(["mlp", "conv", "identity"], ConfigKind.Of<NetworkConfig>().Select(k => k.Name));
        Assert.Equal(new ConfigKind("mlp", typeof(Mlp), "Fully connected layers."), ConfigKind.Of<NetworkConfig>()[0]);
        Assert.Empty(ConfigKind.Of<SampleConfig>());
    }

    private static void Refused<T>(string why) where T : class => Assert.Contains(
        why, Assert.Throws<InvalidOperationException>(() => ConfigReader.Read<T>("{}")).Message, StringComparison.Ordinal);

    public record OpenConfig;

    public sealed class ClassConfig
    {
        public int Value { get; init; }
    }

    public sealed record PositionalConfig(int Value = 1);

    public sealed record NullConfig
    {
        public string Name { get; init; } = null!;
    }

    public sealed record UncheckedConfig
    {
        [EmailAddress]
        public string Mail { get; init; } = "";
    }

    [JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
    [JsonDerivedType(typeof(One), "one")]
    [JsonDerivedType(typeof(Other), "one")]
    public abstract record TwiceConfig;

    public sealed record One : TwiceConfig;

    public sealed record Other : TwiceConfig;

    [JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
    [JsonDerivedType(typeof(Known), "known")]
    public abstract record TwoConfig;

    public sealed record Known : TwoConfig;

    public sealed record Stray : TwoConfig;
}

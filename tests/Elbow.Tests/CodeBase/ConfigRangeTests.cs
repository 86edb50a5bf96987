using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Elbow.Experiments.Configuration;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Priors;
using Elbow.Tests.Support;

namespace Elbow.Tests.CodeBase;

/// <summary>Every number in every record of a method has limits, and a value outside them is refused at its path with the limits. New keys are covered by being there.</summary>
public sealed class ConfigRangeTests
{
    // Lists that only the model can judge: latents that exist, latents of layers, widths; and means, which may lie anywhere. Refused by Misfits, Validate or Build.
    private static readonly string[] JudgedElsewhere =
        ["Aae.Discriminator", "AnchorVae.Anchors", "FactorVae.Discriminator", "GivenMixture.Means", "Stacked.Layers", "TopDown.Layers", "TwoLevel.Layers"];

    [Fact]
    public void Objectives_EveryNumberOutOfRange_IsRefusedWithTheRange() => Check<ObjectiveConfig>(35);

    [Fact]
    public void Priors_EveryNumberOutOfRange_IsRefusedWithTheRange() => Check<PriorConfig>(35);

    [Fact]
    public void Critics_EveryNumberOutOfRange_IsRefusedWithTheRange() => Check<CriticConfig>(4);

    [Fact]
    public void Hierarchies_EveryNumberOutOfRange_IsRefusedWithTheRange() => Check<HierarchyConfig>(3);

    [Fact]
    public void PosteriorsAndLikelihoods_EveryNumberOutOfRange_IsRefusedWithTheRange()
    {
        Check<PosteriorConfig>(3);
        Check<LikelihoodConfig>(3);
    }

    [Fact]
    public void Discriminators_WidthsOutOfRange_AreRefusedWithTheRange()
    {
        foreach (var widths in new int[][] { [0], [5, 1_000_001] })
        {
            Assert.All([new Aae.Config { Discriminator = widths }, new FactorVae.Config { Discriminator = widths }], (ObjectiveConfig config) =>
            {
                var misfit = Assert.Single(config.Misfits(Small.Mlp(2)));
                Assert.Equal(("objective.discriminator", "use widths from 1 to 1000000"), (misfit.Key, misfit.Mend));
            });
        }
    }

    private static void Check<T>(int atLeast) where T : class
    {
        var found = 0;
        foreach (var config in ConfigVariants.OfEveryKind<T>())
        {
            var json = ConfigWriter.Write(config);
            foreach (var (path, name, property) in Numbers(config.GetType(), ""))
            {
                var range = property.GetCustomAttribute<RangeAttribute>();
                Assert.True(range is not null || JudgedElsewhere.Contains(name), $"{name} has no limits: give it a [Range]");
                if (range is null) continue;
                found++;
                foreach (var outside in Outside(range))
                {
                    var list = property.PropertyType != typeof(string) && property.PropertyType.IsGenericType && Nullable.GetUnderlyingType(property.PropertyType) is null;
                    var error = Assert.Throws<ConfigException>(() => ConfigReader.Read<T>(json, [list ? $"{path}=[{outside}]" : $"{path}={outside}"])).Errors[0];
                    Assert.Equal(list ? path + "[0]" : path, error.Path);
                    Assert.Contains("is out of range", error.What);
                    Assert.All([range.Minimum, range.Maximum], bound => Assert.Contains(Convert.ToDouble(bound, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture), error.Mend));
                }
            }
        }
        Assert.True(found >= atLeast, $"only {found} numbers are found");
    }

    // Keys that hold numbers, those of records inside the record too.
    private static IEnumerable<(string Path, string Name, PropertyInfo Property)> Numbers(Type type, string prefix)
    {
        foreach (var property in ConfigVariants.Properties(type))
        {
            var path = prefix + char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
            var held = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            while (held.IsGenericType) held = held.GetGenericArguments()[0];
            if (held == typeof(int) || held == typeof(long) || held == typeof(double)) yield return (path, $"{type.DeclaringType?.Name ?? type.Name}.{property.Name}", property);
            else if (held == typeof(WarmUp)) foreach (var inner in Numbers(held, path + ".")) yield return inner;
        }
    }

    private static IEnumerable<string> Outside(RangeAttribute range)
    {
        if (range.Minimum is int least && range.Maximum is int most) return [$"{least - 1L}", $"{most + 1L}"];
        var (low, high) = ((double)range.Minimum, (double)range.Maximum);
        return [Text(range.MinimumIsExclusive ? low : Math.BitDecrement(low)), Text(range.MaximumIsExclusive ? high : Math.BitIncrement(high))];

        static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
    }
}

using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Elbow.Experiments.Configuration;

namespace Elbow.Tests.Support;

/// <summary>Configuration records by reflection: one of each kind, and copies with one property changed.</summary>
internal static class ConfigVariants
{
    private static readonly int[] SomeNumbers = [2, 4];

    /// <summary>One record of every registered kind, with defaults; required numbers get a small allowed value.</summary>
    internal static IEnumerable<T> OfEveryKind<T>() where T : class => ConfigKind.Of<T>().Select(kind => (T)Create(kind.Type));

    /// <summary>The names of all kinds, for theory rows.</summary>
    internal static TheoryData<string> KindNames<T>() where T : class => [.. ConfigKind.Of<T>().Select(kind => kind.Name)];

    /// <summary>The record of a kind, with defaults.</summary>
    internal static T OfKind<T>(string name) where T : class => (T)Create(ConfigKind.Of<T>().Single(kind => kind.Name == name).Type);

    /// <summary>Each kind, and for each kind all values of each of its enum properties.</summary>
    internal static IEnumerable<T> WithEveryChoice<T>() where T : class => OfEveryKind<T>().SelectMany(config =>
        Properties(config.GetType()).Where(property => property.PropertyType.IsEnum)
            .SelectMany(property => Alternatives(config, property)).Prepend(config).Select(choice => (T)choice));

    /// <summary>The keys of a record.</summary>
    internal static IEnumerable<PropertyInfo> Properties(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite && property.GetCustomAttribute<JsonIgnoreAttribute>() is null);

    /// <summary>Copies of a record with another allowed value of one property.</summary>
    internal static IEnumerable<object> Alternatives(object config, PropertyInfo property)
    {
        var range = property.GetCustomAttribute<RangeAttribute>();
        var now = property.GetValue(config);
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        IEnumerable<object> values = type switch
        {
            _ when type == typeof(bool) => [now is not true],
            _ when type.IsEnum => Enum.GetValues(type).Cast<object>().Where(value => !value.Equals(now)),
            _ when type == typeof(int) => Allowed(range, [(int)(now ?? 0) + 1, (int)(now ?? 0) - 1, 2 * (int)(now ?? 1)]).Select(value => (object)(int)value),
            _ when type == typeof(double) => Allowed(range, [0.5 * (double)(now ?? 0.0) + 0.3, (double)(now ?? 0.0) + 1, (double)(now ?? 1.0) / 2]).Select(value => (object)value),
            _ when type == typeof(string) => [now + "x"],
            _ when type == typeof(IReadOnlyList<double>) => [Moved((IReadOnlyList<double>)now!)],
            _ when type == typeof(IReadOnlyList<IReadOnlyList<double>>) => [((IReadOnlyList<IReadOnlyList<double>>)now!).Select(Moved).ToArray()],
            _ when type == typeof(IReadOnlyList<int>) => [((IReadOnlyList<int>?)now ?? []).Append(2).ToArray()],
            _ => [],
        };
        return values.Where(value => !value.Equals(now)).Select(value => With(config, property, value));
    }

    /// <summary>A copy of a record with one property set.</summary>
    internal static object With(object config, PropertyInfo property, object? value)
    {
        var copy = config.GetType().GetMethod("<Clone>$")!.Invoke(config, null)!;
        property.SetValue(copy, value);
        return copy;
    }

    // As many numbers, each another.
    private static double[] Moved(IReadOnlyList<double> values) => [.. values.Select((value, k) => value + 0.5 * (k + 1))];

    private static IEnumerable<double> Allowed(RangeAttribute? range, double[] values) =>
        values.Where(value => range is null || (value >= Convert.ToDouble(range.Minimum) && value <= Convert.ToDouble(range.Maximum)));

    private static object Create(Type type)
    {
        var config = Activator.CreateInstance(type)!;
        foreach (var property in Properties(type).Where(property => property.GetCustomAttribute<RequiredMemberAttribute>() is not null))
        {
            property.SetValue(config, property.PropertyType == typeof(int) ? 5 : property.PropertyType == typeof(string) ? "samples.npy" : property.PropertyType == typeof(IReadOnlyList<int>) ? SomeNumbers : property.GetValue(config));
        }
        return config;
    }
}

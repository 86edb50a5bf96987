using System.Reflection;

namespace Elbow.Experiments.Configuration;

/// <summary>What a config type looks like in JSON. Reader, writer, schema and template all walk these shapes and no C# types.</summary>
internal abstract class ConfigShape(Type type)
{
    public Type Type { get; } = type;
}

internal sealed class BooleanShape() : ConfigShape(typeof(bool));

internal sealed class TextShape() : ConfigShape(typeof(string));

/// <summary>A <c>float</c> or <c>double</c>.</summary>
internal sealed class NumberShape(Type type) : ConfigShape(type);

/// <summary>Any integer type; the bounds are those of the type.</summary>
internal sealed class IntegerShape(Type type, decimal min, decimal max) : ConfigShape(type)
{
    public decimal Min { get; } = min;
    public decimal Max { get; } = max;
}

/// <summary>An enum by its JSON names, in declaration order.</summary>
internal sealed class EnumShape(Type type, IReadOnlyList<KeyValuePair<string, object>> values) : ConfigShape(type)
{
    public IReadOnlyList<KeyValuePair<string, object>> Values { get; } = values;
}

internal sealed class ListShape(Type type, ConfigSlot item) : ConfigShape(type)
{
    public ConfigSlot Item { get; } = item;
}

/// <summary>A sealed record. Properties are found on first use, so that records may contain themselves.</summary>
internal sealed class ObjectShape(Type type, string? description, Func<IReadOnlyList<ConfigProperty>> properties) : ConfigShape(type)
{
    private readonly Lazy<IReadOnlyList<ConfigProperty>> made = new(properties);

    public string? Description { get; } = description;
    public IReadOnlyList<ConfigProperty> Properties => made.Value;
    public IEnumerable<string> Keys => Properties.Select(p => p.Name);

    public ConfigProperty? Find(string key) => Properties.FirstOrDefault(p => p.Name == key);

    /// <summary>A new object with every default in place.</summary>
    public object Create() => Activator.CreateInstance(Type)!;
}

/// <summary>An abstract record whose registered kinds are told apart by one key.</summary>
internal sealed class ChoiceShape(Type type, string discriminator, IReadOnlyList<KeyValuePair<string, ObjectShape>> kinds) : ConfigShape(type)
{
    public string Discriminator { get; } = discriminator;
    public IReadOnlyList<KeyValuePair<string, ObjectShape>> Kinds { get; } = kinds;
    public IEnumerable<string> Names => Kinds.Select(k => k.Key);

    public ObjectShape? Find(string? kind) => Kinds.FirstOrDefault(k => k.Key == kind).Value;
}

/// <summary>A place in a config: what may stand there.</summary>
internal sealed record ConfigSlot(ConfigShape Shape, bool Nullable, ConfigConstraints Constraints)
{
    /// <summary>The enum names that may stand here.</summary>
    public IEnumerable<string> Names =>
        ((EnumShape)Shape).Values.Where(v => Constraints.Lists(v.Value)).Select(v => v.Key);

    /// <summary>What may stand here, in words that follow "give".</summary>
    public string Expectation => (Nullable ? "null or " : "") + Shape switch
    {
        EnumShape => OneOf(Names),
        BooleanShape => "true or false",
        _ when Constraints.Allowed is { } allowed && Shape is not ListShape => OneOf(allowed.Select(a => ConfigTree.Json(a))),
        TextShape => "text" + Constraints.Length("characters"),
        NumberShape => "a number" + Constraints.Range,
        IntegerShape { Min: 0 } when double.IsInfinity(Constraints.Min) => "a whole number" + (Constraints with { Min = 0 }).Range,
        IntegerShape => "a whole number" + Constraints.Range,
        ListShape list => $"a list{Constraints.Length("items")}, each {list.Item.Expectation}",
        ChoiceShape choice => $"an object whose \"{choice.Discriminator}\" is {OneOf(choice.Names)}",
        ObjectShape shape => $"an object with the keys {string.Join(", ", shape.Keys)}",
        _ => throw new InvalidOperationException($"no words for {Shape.GetType().Name}"),
    };

    private static string OneOf(IEnumerable<string> names) => "one of " + string.Join(", ", names);
}

/// <summary>One key of an object.</summary>
internal sealed record ConfigProperty(string Name, PropertyInfo Info, ConfigSlot Slot, bool Required, string? Description);

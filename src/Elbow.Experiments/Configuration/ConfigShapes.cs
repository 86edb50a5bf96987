using System.Collections.Concurrent;
using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Elbow.Experiments.Configuration;

/// <summary>
/// Derives shapes from C# types by reflection, once per type. A type that breaks the conventions is a fault of the program, not of its
/// user: it throws <see cref="InvalidOperationException"/> on first use.
/// </summary>
internal static class ConfigShapes
{
    private static readonly ConcurrentDictionary<Type, ConfigShape> s_records = new();

    private static readonly Dictionary<Type, ConfigShape> s_scalars = new ConfigShape[]
    {
        new BooleanShape(), new TextShape(), new NumberShape(typeof(float)), new NumberShape(typeof(double)),
        new IntegerShape(typeof(byte), byte.MinValue, byte.MaxValue), new IntegerShape(typeof(short), short.MinValue, short.MaxValue),
        new IntegerShape(typeof(int), int.MinValue, int.MaxValue), new IntegerShape(typeof(uint), uint.MinValue, uint.MaxValue),
        new IntegerShape(typeof(long), long.MinValue, long.MaxValue), new IntegerShape(typeof(ulong), ulong.MinValue, ulong.MaxValue),
    }.ToDictionary(shape => shape.Type);

    /// <summary>The shape of a whole config.</summary>
    public static ConfigSlot Root<T>() where T : class => new(Record(typeof(T)), Nullable: false, ConfigConstraints.None);

    private static ConfigShape Record(Type type) => s_records.GetOrAdd(type, static t =>
        t.GetCustomAttribute<JsonPolymorphicAttribute>(inherit: false) is { } choice ? Choice(t, choice) : Object(t));

    private static ChoiceShape Choice(Type type, JsonPolymorphicAttribute attribute)
    {
        var kinds = type.GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false)
            .Select(d => KeyValuePair.Create(
                d.TypeDiscriminator as string ?? throw Broken(type, $"{d.DerivedType} is registered without a name"),
                Record(d.DerivedType) as ObjectShape ?? throw Broken(type, $"{d.DerivedType} is itself a choice")))
            .ToArray();
        if (kinds.DistinctBy(k => k.Key).Count() < kinds.Length || kinds.DistinctBy(k => k.Value).Count() < kinds.Length)
            throw Broken(type, "a kind is registered twice");
        return new ChoiceShape(type, attribute.TypeDiscriminatorPropertyName ?? "$type", kinds);
    }

    private static ObjectShape Object(Type type)
    {
        var isRecord = type.GetMethod("<Clone>$") is not null;
        if (!isRecord || !type.IsSealed || type.GetConstructor(Type.EmptyTypes) is null)
            throw Broken(type, "a config is a sealed record with a parameterless constructor, or an abstract one with [JsonPolymorphic]");
        return new ObjectShape(type, type.GetCustomAttribute<DescriptionAttribute>()?.Description, () => Properties(type));
    }

    /// <summary>Inherited properties first, each in the order in which it was written.</summary>
    private static ConfigProperty[] Properties(Type type)
    {
        var nullability = new NullabilityInfoContext();
        var defaults = Activator.CreateInstance(type)!;
        return type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.SetMethod is { IsPublic: true } && p.GetIndexParameters().Length == 0)
            .OrderBy(p => Depth(p.DeclaringType)).ThenBy(p => p.MetadataToken)
            .Select(p =>
            {
                var required = p.IsDefined(typeof(RequiredMemberAttribute));
                var slot = Slot(nullability.Create(p), ConfigConstraints.Of(p));
                if (!required && !slot.Nullable && p.GetValue(defaults) is null)
                    throw Broken(type, $"{p.Name} may not be null but has no default: make it required or give it one");
                var name = p.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(p.Name);
                return new ConfigProperty(name, p, slot, required, p.GetCustomAttribute<DescriptionAttribute>()?.Description);
            })
            .ToArray();
    }

    private static ConfigSlot Slot(NullabilityInfo info, ConfigConstraints constraints)
    {
        var type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        return new ConfigSlot(Shape(type, info, constraints), info.ReadState == NullabilityState.Nullable, constraints);
    }

    private static ConfigShape Shape(Type type, NullabilityInfo info, ConfigConstraints constraints)
    {
        if (s_scalars.TryGetValue(type, out var scalar))
            return scalar;
        if (type.IsEnum)
            return new EnumShape(type, EnumValues(type).ToArray());
        var item = type.IsSZArray ? info.ElementType : type.IsGenericType && IsList(type) ? info.GenericTypeArguments[0] : null;
        return item is null ? Record(type) : new ListShape(type, Slot(item, constraints.ForItems()));
    }

    private static bool IsList(Type type)
    {
        var item = type.GenericTypeArguments[0];
        return type == typeof(List<>).MakeGenericType(item) || (type.IsInterface && type.IsAssignableFrom(item.MakeArrayType()));
    }

    private static IEnumerable<KeyValuePair<string, object>> EnumValues(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => KeyValuePair.Create(
            field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(field.Name),
            field.GetValue(null)!));

    private static int Depth(Type? type) => type is null ? 0 : 1 + Depth(type.BaseType);

    private static InvalidOperationException Broken(Type type, string why) => new($"{type}: {why}");
}

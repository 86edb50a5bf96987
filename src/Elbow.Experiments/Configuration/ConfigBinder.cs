using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Elbow.Experiments.Configuration;

/// <summary>Builds objects from a tree and collects every mistake on the way.</summary>
internal sealed class ConfigBinder(List<ConfigError> errors)
{
    /// <summary>False when something here is wrong and has been reported.</summary>
    public bool TryBind(JsonNode? node, ConfigSlot slot, string path, out object? value)
    {
        value = null;
        if (node is null)
            return slot.Nullable || Fail(path, "null is not allowed here", "give " + slot.Expectation);
        return (slot.Shape, node, node.GetValueKind()) switch
        {
            (ObjectShape shape, JsonObject obj, _) => TryObject(obj, shape, null, path, out value),
            (ChoiceShape shape, JsonObject obj, _) => TryChoice(obj, shape, path, out value),
            (ListShape shape, JsonArray list, _) => TryList(list, shape, slot, path, out value),
            (EnumShape shape, _, JsonValueKind.String) => TryEnum(node, shape, slot, path, out value),
            (IntegerShape shape, _, JsonValueKind.Number) => TryInteger(node, shape, slot, path, out value),
            (NumberShape shape, _, JsonValueKind.Number) => TryNumber(node, shape, slot, path, out value),
            (TextShape, _, JsonValueKind.String) => TryText(node, slot, path, out value),
            (BooleanShape, _, JsonValueKind.True or JsonValueKind.False) => Accept(node.GetValue<bool>(), out value),
            _ => Fail(path, $"got {ConfigTree.Describe(node)}", "give " + slot.Expectation),
        };
    }

    private bool TryChoice(JsonObject obj, ChoiceShape choice, string path, out object? value)
    {
        value = null;
        var kindPath = ConfigPath.Key(path, choice.Discriminator);
        var allowed = string.Join(", ", choice.Names);
        if (!obj.TryGetPropertyValue(choice.Discriminator, out var node))
        {
            var near = DidYouMean.Closest(choice.Discriminator, obj.Select(p => p.Key));
            return Fail(kindPath, "this key is missing", (near is null ? "" : $"rename \"{near}\", ") + $"give one of {allowed}");
        }
        if (ConfigTree.Text(node) is not { } name)
            return Fail(kindPath, $"got {ConfigTree.Describe(node)}", $"give one of {allowed}");
        return choice.Find(name) is { } shape
            ? TryObject(obj, shape, choice.Discriminator, path, out value)
            : Fail(kindPath, $"there is no kind {ConfigTree.Shorten(ConfigTree.Json(node))}", Guess(name, choice.Names) + $"give one of {allowed}");
    }

    private bool TryObject(JsonObject obj, ObjectShape shape, string? discriminator, string path, out object? value)
    {
        var instance = shape.Create();
        value = instance;
        var misspelt = UnknownKeys(obj, shape, discriminator, path);
        var sound = true;
        foreach (var property in shape.Properties)
        {
            var keyPath = ConfigPath.Key(path, property.Name);
            var given = obj.TryGetPropertyValue(property.Name, out var node);
            if (given || !property.Required)
            {
                // Defaults take the same way as what was written, so that whatever leaves here has passed every check.
                if (TryBind(given ? node : ConfigTree.Default(property), property.Slot, keyPath, out var item))
                    property.Info.SetValue(instance, item);
                else
                    sound = false;
            }
            else
            {
                sound = false;
                if (!misspelt.Contains(property.Name))
                    Fail(keyPath, "this key is missing", "give " + property.Slot.Expectation);
            }
        }
        if (!sound || instance is not IValidatableConfig validatable)
            return sound;
        var broken = validatable.Validate().Select(e => e with { Path = ConfigPath.Join(path, e.Path) }).ToArray();
        errors.AddRange(broken);
        return broken.Length == 0;
    }

    /// <summary>Reports unknown keys and returns the known ones that were probably meant by them.</summary>
    private HashSet<string> UnknownKeys(JsonObject obj, ObjectShape shape, string? discriminator, string path)
    {
        var misspelt = new HashSet<string>();
        string[] allowed = discriminator is null ? [.. shape.Keys] : [discriminator, .. shape.Keys];
        foreach (var (key, _) in obj)
        {
            if (allowed.Contains(key))
                continue;
            if (DidYouMean.Closest(key, allowed) is { } meant)
                misspelt.Add(meant);
            var keys = allowed.Length == 0 ? "no key is allowed here" : "allowed keys: " + string.Join(", ", allowed);
            Fail(ConfigPath.Key(path, key), "there is no such key", Guess(key, allowed) + keys);
        }
        return misspelt;
    }

    private bool TryList(JsonArray list, ListShape shape, ConfigSlot slot, string path, out object? value)
    {
        var item = shape.Item.Shape.Type;
        if (shape.Item.Nullable && item.IsValueType)
            item = typeof(Nullable<>).MakeGenericType(item);
        var array = Array.CreateInstance(item, list.Count);
        var sound = slot.Constraints.AdmitsLength(list.Count)
            || Fail(path, $"got a list of {list.Count}", "give " + slot.Expectation);
        for (var i = 0; i < list.Count; i++)
        {
            if (TryBind(list[i], shape.Item, ConfigPath.Index(path, i), out var element))
                array.SetValue(element, i);
            else
                sound = false;
        }
        value = shape.Type.IsInstanceOfType(array) ? array : Activator.CreateInstance(shape.Type, array);
        return sound;
    }

    private bool TryEnum(JsonNode node, EnumShape shape, ConfigSlot slot, string path, out object? value)
    {
        var name = node.GetValue<string>();
        value = shape.Values.FirstOrDefault(v => v.Key == name).Value;
        return slot.Names.Contains(name)
            || Fail(path, $"got {ConfigTree.Describe(node)}", Guess(name, slot.Names) + "give " + slot.Expectation);
    }

    private bool TryText(JsonNode node, ConfigSlot slot, string path, out object? value)
    {
        var text = node.GetValue<string>();
        value = text;
        return (slot.Constraints.AdmitsLength(text.EnumerateRunes().Count()) && slot.Constraints.Lists(text)) || OutOfRange(node, slot, path);
    }

    private bool TryNumber(JsonNode node, NumberShape shape, ConfigSlot slot, string path, out object? value)
    {
        var number = double.Parse(ConfigTree.Json(node), CultureInfo.InvariantCulture);
        var bound = Convert.ChangeType(number, shape.Type, CultureInfo.InvariantCulture);
        value = bound;
        if (!double.IsFinite(number) || bound is float.PositiveInfinity or float.NegativeInfinity)
            return Fail(path, $"{ConfigTree.Describe(node)} is too large", "give " + slot.Expectation);
        // Limits are compared before rounding to float: 0.1f is above 0.1.
        return (slot.Constraints.Admits(number) && slot.Constraints.Lists(bound)) || OutOfRange(node, slot, path);
    }

    private bool TryInteger(JsonNode node, IntegerShape shape, ConfigSlot slot, string path, out object? value)
    {
        value = null;
        var json = ConfigTree.Json(node);
        var approximate = double.Parse(json, CultureInfo.InvariantCulture);
        // 64.0 and 1e3 are whole numbers, as in JSON Schema. The double tells 1e-30 from 0, the decimal holds every 64-bit integer.
        var fits = decimal.TryParse(json, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        if (!double.IsInteger(approximate) && double.IsFinite(approximate) || (fits && number != decimal.Truncate(number)))
            return Fail(path, $"{ConfigTree.Describe(node)} is not a whole number", "give " + slot.Expectation);
        if (!fits || number < shape.Min || number > shape.Max)
        {
            var give = slot.Constraints.Range.Length > 0 ? slot.Expectation : $"a whole number from {shape.Min} to {shape.Max}";
            return Fail(path, $"{ConfigTree.Describe(node)} is out of range", "give " + give);
        }
        value = Convert.ChangeType(number, shape.Type, CultureInfo.InvariantCulture);
        return (slot.Constraints.Admits((double)number) && slot.Constraints.Lists(value)) || OutOfRange(node, slot, path);
    }

    private bool OutOfRange(JsonNode node, ConfigSlot slot, string path) =>
        Fail(path, $"{ConfigTree.Describe(node)} is out of range", "give " + slot.Expectation);

    private bool Fail(string path, string what, string mend)
    {
        errors.Add(new(path, what, mend));
        return false;
    }

    private static bool Accept(object accepted, out object? value)
    {
        value = accepted;
        return true;
    }

    private static string Guess(string word, IEnumerable<string> candidates) =>
        DidYouMean.Closest(word, candidates) is { } meant ? $"did you mean \"{meant}\"? " : "";
}

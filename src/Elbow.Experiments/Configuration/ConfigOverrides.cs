using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Elbow.Experiments.Configuration;

/// <summary>
/// Sets single values in a tree before it is bound. A key that does not exist is set all the same: binding then reports it as it would
/// for a file, and <see cref="NameOrigin"/> adds which override it came from.
/// </summary>
internal sealed partial class ConfigOverrides(List<ConfigError> errors)
{
    private readonly Dictionary<string, string> origins = [];

    public void Apply(JsonObject root, ConfigSlot slot, string text)
    {
        var parts = text.Split('=', 2);
        var steps = Path().Match(parts[0].Trim()).Groups["step"].Captures.Select(c => c.Value).ToArray();
        if (parts.Length < 2 || steps.Length is 0 or > ConfigParser.MaxDepth)
        {
            Fail("", text, "this sets nothing", "write path.to.key=value, as in objective.beta=4 or encoder.hidden[0]=64");
            return;
        }
        var mistakes = new List<ConfigError>();
        if (!ConfigParser.TryParse(parts[1], parts[0].Trim(), mistakes, out var value))
        {
            mistakes.Clear(); // what is no JSON is text
            value = JsonValue.Create(parts[1]);
        }
        errors.AddRange(mistakes.Select(e => Named(e, text)));
        Put(root, slot, "", steps, value, text);
    }

    /// <summary>The same error, saying which override made the place it is about.</summary>
    public ConfigError NameOrigin(ConfigError error)
    {
        var place = origins.Keys.Where(path => ConfigPath.IsWithin(error.Path, path)).MaxBy(path => path.Length);
        return place is null ? error : Named(error, origins[place]);
    }

    /// <summary>What stands at <paramref name="path"/> once the steps below it have been walked and the value set.</summary>
    private JsonNode? Put(JsonNode? node, ConfigSlot? slot, string path, ReadOnlySpan<string> steps, JsonNode? value, string text)
    {
        if (steps is [])
        {
            origins[path] = text;
            // Where text is wanted, 2 is the text "2": quotes would have to be quoted once more for the shell.
            var isWord = slot?.Shape is TextShape && value?.GetValueKind() is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;
            return isWord ? JsonValue.Create(text.Split('=', 2)[1]) : value;
        }
        var step = steps[0];
        var rest = steps[1..];
        var isIndex = TryIndex(step, out var index);
        if (node is null && !isIndex)
        {
            origins[path] = text;
            node = new JsonObject();
        }
        if (node is JsonArray list && isIndex && index < list.Count)
        {
            var item = Put(list[index], (slot?.Shape as ListShape)?.Item, ConfigPath.Index(path, index), rest, value, text);
            if (item != list[index])
                list[index] = item;
        }
        else if (node is JsonObject obj && !isIndex)
        {
            if (rest is [] && slot?.Shape is ChoiceShape choice && step == choice.Discriminator)
                SwitchKind(obj, choice, value);
            var property = Shape(slot, obj)?.Find(step);
            var start = obj.TryGetPropertyValue(step, out var old) ? old : Start(property, rest, value);
            var next = Put(start, property?.Slot, ConfigPath.Key(path, step), rest, value, text);
            if (next is null || next != old)
                obj[step] = next;
        }
        else
        {
            Fail(path, text, $"{ConfigTree.Describe(node)} has no {(isIndex ? "item" : "key")} {step}",
                node is JsonArray { Count: > 0 and var n } ? $"its items are [0] to [{n - 1}]" : "set it as a whole");
        }
        return node;
    }

    /// <summary>
    /// What an object that the config leaves out starts from: its default, so that setting one key of it keeps the others. Asking for
    /// another kind than the default's starts from nothing, which gives that kind's own defaults.
    /// </summary>
    private static JsonNode? Start(ConfigProperty? property, ReadOnlySpan<string> rest, JsonNode? value)
    {
        if (property is null || property.Required)
            return null;
        var start = ConfigTree.Default(property);
        var isOtherKind = rest is [var key] && property.Slot.Shape is ChoiceShape choice && key == choice.Discriminator
            && ConfigTree.Text(start?[key]) != ConfigTree.Text(value);
        return isOtherKind ? null : start;
    }

    private static void SwitchKind(JsonObject obj, ChoiceShape choice, JsonNode? kind)
    {
        var (old, next) = (choice.Find(ConfigTree.Text(obj[choice.Discriminator])), choice.Find(ConfigTree.Text(kind)));
        if (old is null || next is null)
            return;
        foreach (var key in old.Keys.Except(next.Keys))
            obj.Remove(key);
    }

    private static ObjectShape? Shape(ConfigSlot? slot, JsonObject obj) => slot?.Shape switch
    {
        ChoiceShape choice => choice.Find(ConfigTree.Text(obj[choice.Discriminator])),
        var shape => shape as ObjectShape,
    };

    private static bool TryIndex(string step, out int index)
    {
        index = -1;
        return step[0] == '[' && int.TryParse(step.AsSpan(1, step.Length - 2), out index);
    }

    private void Fail(string path, string text, string what, string mend) => errors.Add(Named(new(path, what, mend), text));

    private static ConfigError Named(ConfigError error, string text) =>
        error with { What = $"{error.What} (from --set {ConfigTree.Shorten(text)})" };

    [GeneratedRegex(@"\A(?<step>[\w$-]+)(?:\.(?<step>[\w$-]+)|(?<step>\[\d{1,9}\]))*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Path();
}

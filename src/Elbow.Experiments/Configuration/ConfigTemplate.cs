using System.Text.Json.Nodes;

namespace Elbow.Experiments.Configuration;

/// <summary>Prints an example config to start from: every key, its default, and comments that say what it means and what it may be.</summary>
public static class ConfigTemplate
{
    private static readonly char[] s_lineEnds = ['\n', '\r', '\u2028', '\u2029']; // those that end a // comment

    /// <summary>
    /// The example as JSON with comments, which <see cref="ConfigReader"/> reads. Keys without a default get the smallest value that their
    /// attributes allow; where a kind must be chosen, the first one registered.
    /// </summary>
    /// <param name="overrides">Values to show instead, as for <see cref="ConfigReader"/>: <c>objective.kind=iwae</c> shows its keys.</param>
    /// <exception cref="ConfigException">An override is wrong.</exception>
    public static string For<T>(IReadOnlyList<string>? overrides = null) where T : class
    {
        var slot = ConfigShapes.Root<T>();
        var config = ConfigReader.Read<T>(Example(slot, []), overrides ?? [], "template", []);
        var tree = ConfigTree.From(config, slot.Shape);
        var comments = new Dictionary<string, string[]>();
        Comment(tree, slot, "", comments);
        return ConfigWriter.Print(tree, comments);
    }

    private static void Comment(JsonNode? node, ConfigSlot slot, string path, Dictionary<string, string[]> comments)
    {
        switch (slot.Shape, node)
        {
            case (ListShape list, JsonArray items):
                for (var i = 0; i < items.Count; i++)
                    Comment(items[i], list.Item, ConfigPath.Index(path, i), comments);
                break;
            case (ChoiceShape choice, JsonObject obj):
                var kind = choice.Find(ConfigTree.Text(obj[choice.Discriminator]))!;
                comments[ConfigPath.Key(path, choice.Discriminator)] = Lines(kind.Description, "one of " + string.Join(", ", choice.Names));
                Comment(obj, new ConfigSlot(kind, slot.Nullable, slot.Constraints), path, comments);
                break;
            case (ObjectShape shape, JsonObject obj):
                foreach (var property in shape.Properties)
                {
                    var keyPath = ConfigPath.Key(path, property.Name);
                    // The keys of an object stand below it; only their absence needs words.
                    var expectation = obj[property.Name] is JsonObject ? null : property.Slot.Expectation;
                    comments[keyPath] = Lines(property.Description, expectation, property.Required ? "required" : null);
                    Comment(obj[property.Name], property.Slot, keyPath, comments);
                }
                break;
        }
    }

    private static string[] Lines(params string?[] parts) =>
        string.Join("; ", parts.OfType<string>().Select(part => part.TrimEnd('.'))).Split(s_lineEnds, StringSplitOptions.RemoveEmptyEntries);

    private static JsonNode? Example(ConfigSlot slot, HashSet<ConfigShape> outer) => slot switch
    {
        { Nullable: true } => null,
        { Shape: EnumShape } => JsonValue.Create(slot.Names.First()),
        { Shape: BooleanShape } => JsonValue.Create(false),
        { Shape: ListShape list } => new JsonArray(Enumerable.Range(0, slot.Constraints.MinLength).Select(_ => Example(list.Item, outer)).ToArray()),
        { Shape: ObjectShape shape } => Required(shape, outer, []),
        { Shape: ChoiceShape choice } => Kind(choice, outer),
        { Constraints.Allowed: [var first, ..] } => JsonNode.Parse(ConfigTree.Json(first)),
        { Shape: TextShape } => JsonValue.Create("example".PadRight(slot.Constraints.MinLength, '-')),
        _ => JsonValue.Create(Smallest(slot)),
    };

    private static JsonObject Required(ObjectShape shape, HashSet<ConfigShape> outer, JsonObject into)
    {
        foreach (var property in shape.Properties.Where(p => p.Required))
            into.Add(property.Name, Example(property.Slot, [.. outer, shape]));
        return into;
    }

    /// <summary>The first kind that does not lead back into one being written: a wrapper ends at the first kind that wraps nothing.</summary>
    private static JsonObject Kind(ChoiceShape choice, HashSet<ConfigShape> outer)
    {
        var (name, shape) = choice.Kinds.First(k => !outer.Contains(k.Value));
        return Required(shape, outer, new JsonObject { [choice.Discriminator] = name });
    }

    private static double Smallest(ConfigSlot slot)
    {
        var (min, max) = (slot.Constraints.Min, slot.Constraints.Max);
        double[] candidates = [1, 0, min, min + 1, max, max - 1, (min + max) / 2];
        return candidates.First(c => double.IsFinite(c) && slot.Constraints.Admits(c) && (slot.Shape is NumberShape || double.IsInteger(c)));
    }
}

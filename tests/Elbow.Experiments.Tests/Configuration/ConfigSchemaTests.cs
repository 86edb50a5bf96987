using System.Text.Json.Nodes;
using Elbow.Experiments.Configuration;

namespace Elbow.Experiments.Tests.Configuration;

public sealed class ConfigSchemaTests
{
    // Built at once and read back, so that what is checked is what an editor would read.
    private static readonly JsonObject s_schema = JsonNode.Parse(ConfigSchema.For<SampleConfig>().ToJsonString())!.AsObject();
    private static readonly SchemaChecker s_checker = new(s_schema);

    [Fact]
    public void For_Root_NamesTheDraftAndTheRequiredKeys()
    {
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", (string)s_schema["$schema"]!);
        Assert.Equal("A sample.", (string)s_schema["description"]!);
        Assert.Equal(["latentDim", "objective"], s_schema["required"]!.AsArray().Select(n => (string)n!));
        Assert.False((bool)s_schema["additionalProperties"]!);
    }

    [Fact]
    public void For_Property_HasDescriptionRangeAndDefault()
    {
        AssertJson("""{ "type": "integer", "minimum": 1, "maximum": 512, "description": "Size of the latent code." }""",
            s_schema["properties"]!["latentDim"]);
        AssertJson("""{ "type": "string", "enum": ["cpu", "cuda"], "default": "cpu" }""", s_schema["properties"]!["device"]);
        AssertJson("""{ "anyOf": [{ "type": "number" }, { "type": "null" }], "default": null }""", s_schema["properties"]!["clip"]);
        AssertJson("""{ "type": "integer", "minimum": 0, "maximum": 18446744073709551615, "default": 1 }""", s_schema["properties"]!["seed"]);
    }

    [Fact]
    public void For_Kinds_AreOneOfWithConst()
    {
        AssertJson("""
            { "type": "object", "required": ["kind"], "oneOf": [
              { "type": "object", "description": "Warms another objective up.\nEnds at its full weight.",
                "properties": { "kind": { "const": "annealed" }, "epochs": { "type": "integer", "minimum": 1, "maximum": 2147483647, "default": 10 },
                                "inner": { "$ref": "#/$defs/ObjectiveConfig" } },
                "required": ["kind", "inner"], "additionalProperties": false },
              { "type": "object",
                "properties": { "kind": { "const": "elbo" }, "beta": { "type": "number", "exclusiveMinimum": 0, "maximum": 1000,
                                "description": "Weight of the divergence.", "default": 1 } },
                "required": ["kind"], "additionalProperties": false }] }
            """, s_schema["$defs"]!["ObjectiveConfig"]);
    }

    [Fact]
    public void For_PolymorphicRoot_AcceptsItsKinds()
    {
        var checker = new SchemaChecker(ConfigSchema.For<ObjectiveConfig>());

        Assert.True(checker.Accepts(JsonNode.Parse("""{ "$schema": "s", "kind": "annealed", "inner": { "kind": "elbo" } }""")));
        Assert.False(checker.Accepts(JsonNode.Parse("""{ "kind": "annealed", "inner": { "$schema": "s", "kind": "elbo" } }""")));
    }

    [Fact]
    public void For_ConfigsAndBrokenConfigs_AgreesWithTheReader()
    {
        JsonNode?[] pool =
        [
            null, true, 0, 1, -1, 300, 1.5, JsonNode.Parse("2.0"), JsonNode.Parse("4e0"), "", "cpu", "relu", "elbo", "Mlp", new JsonArray(),
            new JsonObject(), new JsonArray(1), new JsonArray("x"), new JsonArray(new JsonArray(1)), new JsonArray(null, 2),
            JsonNode.Parse("""{ "kind": "elbo" }"""), JsonNode.Parse("""{ "kind": "conv", "stride": 4 }"""), JsonNode.Parse("""{ "name": "ab" }"""),
        ];
        var random = new Random(31);
        var (accepted, rejected) = (0, 0);
        for (var i = 0; i < 4000; i++)
        {
            var tree = JsonNode.Parse(ConfigWriter.Write(SampleConfig.Draw(random)))!.AsObject();
            var objects = Nodes(tree).ToArray();
            var parent = objects[random.Next(objects.Length)];
            if (parent is JsonArray { Count: > 0 } list)
                list[random.Next(list.Count)] = pool[random.Next(pool.Length)]?.DeepClone();
            else if (parent is JsonObject { Count: > 0 } obj)
                Change(obj, pool[random.Next(pool.Length)]?.DeepClone(), random);

            var isRead = Record.Exception(() => ConfigReader.Read<SampleConfig>(tree.ToJsonString())) is null;

            Assert.True(isRead == s_checker.Accepts(tree), $"reader accepts: {isRead}, schema does not agree: {tree.ToJsonString()}");
            (accepted, rejected) = isRead ? (accepted + 1, rejected) : (accepted, rejected + 1);
        }

        Assert.True(accepted > 400 && rejected > 400, $"{accepted} accepted and {rejected} rejected prove little");
    }

    private static void Change(JsonObject obj, JsonNode? value, Random random)
    {
        var key = obj.ElementAt(random.Next(obj.Count)).Key;
        switch (random.Next(4))
        {
            case 0:
                obj.Remove(key);
                break;
            case 1:
                obj["new"] = value;
                break;
            default:
                obj[key] = value;
                break;
        }
    }

    private static IEnumerable<JsonNode> Nodes(JsonNode? node) => node switch
    {
        JsonObject obj => obj.SelectMany(p => Nodes(p.Value)).Prepend(obj),
        JsonArray list => list.SelectMany(Nodes).Prepend(list),
        _ => [],
    };

    private static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual?.ToJsonString());
}

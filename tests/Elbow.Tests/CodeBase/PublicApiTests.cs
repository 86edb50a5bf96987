using System.Reflection;
using System.Text;
using Elbow.Tests.Support;

namespace Elbow.Tests.CodeBase;

/// <summary>The public API is a file under tests/api: what changes there is seen in review. ELBOW_APPROVE=1 accepts the present one.</summary>
public sealed class PublicApiTests
{
    [Theory]
    [InlineData("Elbow")]
    [InlineData("Elbow.Torch")]
    public void PublicApi_IsTheApprovedOne(string assembly)
    {
        var found = Describe(Assembly.Load(assembly));
        var path = Path.Combine(Repository.Root, "tests", "api", assembly + ".txt");
        if (Environment.GetEnvironmentVariable("ELBOW_APPROVE") == "1") File.WriteAllText(path, found);
        var approved = File.ReadAllText(path);
        var lines = approved.Split('\n').ToHashSet();
        var now = found.Split('\n').ToHashSet();
        Assert.True(
            approved == found,
            $"the public API changed; accept with ELBOW_APPROVE=1 ./elbow test PublicApi\n+ {string.Join("\n+ ", now.Except(lines).Take(20))}\n- {string.Join("\n- ", lines.Except(now).Take(20))}");
    }

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(Name, StringComparer.Ordinal))
        {
            text.Append(Kind(type)).Append(' ').Append(Name(type)).Append('\n');
            const BindingFlags own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
            var members = type.IsEnum
                ? Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name))}")
                : type.GetMembers(own).Where(Visible).Select(Signature).Where(signature => signature.Length > 0).Order(StringComparer.Ordinal);
            foreach (var member in members) text.Append("    ").Append(member).Append('\n');
        }
        return text.ToString();
    }

    private static bool Visible(MemberInfo member) => member switch
    {
        MethodInfo method => (method.IsPublic || method.IsFamily) && !member.Name.Contains('<') && !method.IsSpecialName | method.Name.StartsWith("op_", StringComparison.Ordinal),
        ConstructorInfo constructor => constructor.IsPublic || constructor.IsFamily,
        PropertyInfo property => property.GetAccessors(true).Any(accessor => accessor.IsPublic || accessor.IsFamily),
        FieldInfo field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName,
        EventInfo => true,
        _ => false,
    };

    // Members that the compiler writes for every record say nothing about the API.
    private static readonly HashSet<string> OfRecords = ["PrintMembers", "<Clone>$", "EqualityContract", "GetHashCode", "ToString", "op_Equality", "op_Inequality", "Equals"];

    private static string Signature(MemberInfo member) => member switch
    {
        _ when OfRecords.Contains(member.Name) => "",
        MethodInfo method => $"{Static(method)}{Name(method.ReturnType)} {method.Name}{Generic(method)}({Parameters(method)})",
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        PropertyInfo property => $"{Static(property.GetAccessors(true)[0])}{Name(property.PropertyType)} {property.Name} {{{(property.CanRead ? " get;" : "")}{(property.SetMethod is { IsPublic: true } ? " set;" : "")} }}",
        FieldInfo field => $"{(field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}",
        _ => "",
    };

    private static string Static(MethodBase method) => method.IsStatic ? "static " : "";

    private static string Generic(MethodInfo method) => method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p => $"{Name(p.ParameterType)} {p.Name}{(p.IsOptional ? "?" : "")}"));

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string Name(Type type)
    {
        if (type.IsByRef) return Name(type.GetElementType()!) + "&";
        if (type.IsArray) return Name(type.GetElementType()!) + "[]";
        if (type.IsGenericParameter) return type.Name;
        var full = type.Namespace?.StartsWith("Elbow", StringComparison.Ordinal) == true ? type.FullName ?? type.Name : type.Name;
        full = full.Split('[')[0].Replace('+', '.');
        return type.IsGenericType ? $"{full.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : full;
    }
}

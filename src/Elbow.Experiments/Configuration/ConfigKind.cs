namespace Elbow.Experiments.Configuration;

/// <summary>One registered kind of a polymorphic config, for lists in help, docs and pictures.</summary>
/// <param name="Name">Its name in JSON.</param>
/// <param name="Type">The record it selects.</param>
/// <param name="Description">Its <c>[Description]</c>, if it has one.</param>
public sealed record ConfigKind(string Name, Type Type, string? Description)
{
    /// <summary>The kinds of <typeparamref name="T"/> in order of registration; none when it is not polymorphic.</summary>
    public static IReadOnlyList<ConfigKind> Of<T>() where T : class =>
        ConfigShapes.Root<T>().Shape is ChoiceShape choice
            ? choice.Kinds.Select(k => new ConfigKind(k.Key, k.Value.Type, k.Value.Description)).ToArray()
            : [];

    /// <summary>The name that selects the record <paramref name="config"/> among the kinds of <typeparamref name="T"/>.</summary>
    /// <exception cref="InvalidOperationException">It is of no registered kind.</exception>
    public static string NameOf<T>(T config) where T : class => Of<T>().First(kind => kind.Type == config.GetType()).Name;
}

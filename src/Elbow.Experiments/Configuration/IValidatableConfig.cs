namespace Elbow.Experiments.Configuration;

/// <summary>A config record with rules that one attribute on one property cannot say.</summary>
public interface IValidatableConfig
{
    /// <summary>
    /// Every rule that is broken, all at once. Called only when each property is valid by itself. Paths are relative to this object:
    /// <c>"beta"</c>, <c>"hidden[0]"</c>, or <c>""</c> for the object as a whole.
    /// </summary>
    IEnumerable<ConfigError> Validate();
}

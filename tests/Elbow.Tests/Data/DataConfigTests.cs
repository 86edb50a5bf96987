using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Elbow.Data;

namespace Elbow.Tests.Data;

public sealed class DataConfigTests
{
    [Fact]
    public void Kind_AllowedValues_AreExactlyWhatCanBeOpened()
    {
        var allowed = typeof(DataConfig).GetProperty(nameof(DataConfig.Kind))!.GetCustomAttribute<AllowedValuesAttribute>()!.Values;
        Assert.Equal(DataSource.Kinds.Order(StringComparer.Ordinal), allowed.Cast<string>().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Properties_All_AreDescribed() =>
        Assert.Empty(typeof(DataConfig).GetProperties().Where(property => property.GetCustomAttribute<DescriptionAttribute>() is null && property.Name != "EqualityContract").Select(property => property.Name));
}

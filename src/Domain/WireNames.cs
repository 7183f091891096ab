namespace Drawdown.Domain;

/// <summary>
/// The names under which an enumeration's values are stored and sent. They are contracts: a name is never changed and
/// never reused.
/// </summary>
public sealed class WireNames<TEnum>
    where TEnum : struct, Enum
{
    private readonly Dictionary<string, TEnum> _values;
    private readonly Dictionary<TEnum, string> _names;

    /// <summary>Every value with its name.</summary>
    public WireNames(params ReadOnlySpan<(string Name, TEnum Value)> all)
    {
        _values = new(StringComparer.Ordinal);
        _names = [];
        foreach (var (name, value) in all)
        {
            _values.Add(name, value);
            _names.Add(value, name);
        }
    }

    /// <summary>All names.</summary>
    public IReadOnlyCollection<string> All => _values.Keys;

    /// <summary>The name of a value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value has no name: a bug.</exception>
    public string Of(TEnum value) =>
        _names.TryGetValue(value, out var name)
            ? name
            : throw new ArgumentOutOfRangeException(nameof(value), value, "This value has no name.");

    /// <summary>The value of a name, or null.</summary>
    public TEnum? Find(string name) => _values.TryGetValue(name, out var value) ? value : null;

    /// <summary>The value of a stored name.</summary>
    /// <exception cref="FormatException">No value has this name.</exception>
    public TEnum Parse(string name) => Find(name) ?? throw new FormatException($"Not a {typeof(TEnum).Name}: {name}.");
}

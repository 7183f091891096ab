using System.Text.Json;
using Drawdown.Domain.Money;
using Drawdown.Functions.Api;

namespace Drawdown.Functions.Customers;

/// <summary>A currency as Lotus shows it.</summary>
public static class CurrencyJson
{
    /// <summary>Code, name and symbol; null for no currency.</summary>
    public static void Write(Utf8JsonWriter json, string name, string? code)
    {
        if (code is null)
        {
            json.WriteNull(name);
            return;
        }
        var currency = Currency.Get(code);
        json.Object(
            name,
            () =>
            {
                json.Text("code", currency.Code);
                json.Text("name", currency.Name);
                json.Text("symbol", currency.Symbol);
            }
        );
    }
}

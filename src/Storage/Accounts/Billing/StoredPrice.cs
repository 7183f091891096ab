using Drawdown.Domain.Rating;

namespace Drawdown.Storage.Accounts.Billing;

/// <summary>How it is stored inside a row, as JSON. The members' names are the storage format: one is added, never renamed.</summary>
internal sealed record StoredPrice(List<StoredTier> Tiers, bool Bulk)
{
    public static StoredPrice Of(PriceTiers price) => new([.. price.Tiers.Select(StoredTier.Of)], price.Bulk);

    public PriceTiers ToPrice() => new([.. Tiers.Select(tier => tier.ToTier())], Bulk);
}

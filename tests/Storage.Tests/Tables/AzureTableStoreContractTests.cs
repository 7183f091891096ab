using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Tables;

public sealed class AzureTableStoreContractTests(AzuriteServer azurite)
    : TableStoreContract(azurite.NewStorage().Tables);

using Drawdown.Testing;

namespace Drawdown.Storage.Tests.Tables;

public sealed class InMemoryTableStoreContractTests() : TableStoreContract(new InMemoryTableStore());

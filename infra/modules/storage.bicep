// One storage account that only identities may enter, with what is kept in it.

@minLength(3)
@maxLength(24)
@description('The account\'s name: small letters and digits, unique in all of Azure.')
param name string

@description('The region.')
param location string

@description('Tags of the account.')
param tags object

@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
@description('How the data is copied.')
param redundancy string

@minValue(1)
@maxValue(365)
@description('How long deleted blobs and containers can be brought back. Tables and queues have no soft delete.')
param softDeleteInDays int

@description('The tables to create.')
param tables string[] = []

@description('The queues to create.')
param queues string[] = []

@description('The blob containers to create.')
param containers string[] = []

@description('Whether the account is locked against deletion. What is in it is not: a lock guards resources, not rows.')
param isLocked bool = false

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: redundancy
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: {
      enabled: true
      days: softDeleteInDays
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: softDeleteInDays
    }
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = [
  for name in containers: {
    parent: blobService
    name: name
    properties: {
      publicAccess: 'None'
    }
  }
]

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2024-01-01' = {
  parent: account
  name: 'default'
}

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2024-01-01' = [
  for name in tables: {
    parent: tableService
    name: name
  }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2024-01-01' = {
  parent: account
  name: 'default'
}

resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2024-01-01' = [
  for name in queues: {
    parent: queueService
    name: name
  }
]

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (isLocked) {
  scope: account
  name: 'keep'
  properties: {
    level: 'CanNotDelete'
    notes: 'Billing data. Remove this lock only when the data has been moved.'
  }
}

@description('The account\'s name, once everything in it exists.')
output name string = account.name

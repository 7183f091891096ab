// Everything that Drawdown needs in Azure, in a resource group of its own. `azd up` deploys it (azure.yaml), or
// `az deployment sub create --location LOCATION --template-file infra/main.bicep --parameters infra/main.bicepparam`.
targetScope = 'subscription'

@minLength(1)
@maxLength(40)
@description('Names the environment, such as drawdown-prod: the resource group is called after it, and every other name is derived from it.')
param environmentName string

@minLength(1)
@description('The region. It must offer Flex Consumption: az functionapp list-flexconsumption-locations.')
@metadata({ azd: { type: 'location' } })
param location string

@allowed(['dev', 'prod'])
@description('How much is kept and how well it is guarded: dev is cheap and can be thrown away, prod spans zones and its data cannot be deleted by accident.')
param stage string = 'dev'

@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
@description('How the billing data is copied: within a data center, across zones, or also to another region (up to 15 minutes behind).')
param dataRedundancy string = stage == 'prod' ? 'Standard_ZRS' : 'Standard_LRS'

@allowed([512, 2048, 4096])
@description('The memory of an instance in MB. More also means more CPU and a higher price.')
param instanceMemoryMB int = stage == 'prod' ? 2048 : 512

@minValue(40)
@maxValue(1000)
@description('How many instances there may be at most, for each group of functions that scales together.')
param maximumInstanceCount int = 100

@description('Who is told of alerts, by mail. Empty: alerts are shown in the portal only.')
param alertEmail string = ''

@secure()
@description('An API key to add at the next start. Empty for none. Set it for the first deployment, deploy again without it, and no setting holds a key.')
param bootstrapKey string = ''

@description('The name of the organization that the bootstrap key belongs to. The same name is the same organization for ever.')
param bootstrapOrganization string = 'Default'

var token = uniqueString(subscription().id, environmentName, location)
var tags = {
  'azd-env-name': environmentName
  stage: stage
}

var stages = {
  dev: {
    retentionInDays: 30
    dailyQuotaGb: 1
    softDeleteInDays: 7
    hostRedundancy: 'Standard_LRS'
    isLocked: false
    zoneRedundant: false
  }
  prod: {
    retentionInDays: 90
    dailyQuotaGb: -1
    softDeleteInDays: 30
    hostRedundancy: 'Standard_ZRS'
    isLocked: true
    zoneRedundant: true
  }
}

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    workspaceName: 'log-${token}'
    insightsName: 'appi-${token}'
    location: location
    tags: tags
    retentionInDays: stages[stage].retentionInDays
    dailyQuotaGb: stages[stage].dailyQuotaGb
  }
}

// The Functions host's own storage: the deployed package, leases of timers, diagnostic events. It can be lost.
module hostStorage 'modules/storage.bicep' = {
  name: 'hostStorage'
  scope: group
  params: {
    name: 'sthost${token}'
    location: location
    tags: tags
    redundancy: stages[stage].hostRedundancy
    softDeleteInDays: stages[stage].softDeleteInDays
    containers: ['app-package']
  }
}

// The billing data and nothing else, so that who may read it is one question with one answer.
module dataStorage 'modules/storage.bicep' = {
  name: 'dataStorage'
  scope: group
  params: {
    name: 'stdata${token}'
    location: location
    tags: tags
    redundancy: dataRedundancy
    softDeleteInDays: stages[stage].softDeleteInDays
    tables: ['Accounts', 'Directory', 'Agenda', 'IdempotencyClaims', 'ApiKeys']
    queues: ['invoices', 'invoices-poison']
    isLocked: stages[stage].isLocked
  }
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    name: 'id-${token}'
    location: location
    tags: tags
    hostStorageName: hostStorage.outputs.name
    dataStorageName: dataStorage.outputs.name
    insightsName: monitoring.outputs.insightsName
  }
}

module functions 'modules/functions.bicep' = {
  name: 'functions'
  scope: group
  params: {
    planName: 'plan-${token}'
    appName: 'func-${token}'
    location: location
    tags: tags
    zoneRedundant: stages[stage].zoneRedundant
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    hostStorageName: hostStorage.outputs.name
    dataStorageName: dataStorage.outputs.name
    insightsName: monitoring.outputs.insightsName
    packageContainer: 'app-package'
    // Also the order: the identity's roles are there before the app that needs them.
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    bootstrapKey: bootstrapKey
    bootstrapOrganization: bootstrapOrganization
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    environmentName: environmentName
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    alertEmail: alertEmail
  }
}

@description('Where the API answers.')
output API_URL string = functions.outputs.url

@description('The function app, for az functionapp.')
output AZURE_FUNCTION_NAME string = functions.outputs.name

@description('The resource group that everything is in.')
output AZURE_RESOURCE_GROUP string = group.name

@description('The storage account with the billing data.')
output DATA_STORAGE_NAME string = dataStorage.outputs.name

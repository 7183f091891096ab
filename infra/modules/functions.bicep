// The function app on Flex Consumption: it scales to zero, and by function.

@description('The name of the plan.')
param planName string

@description('The name of the function app: also its host name, unique in all of Azure.')
param appName string

@description('The region.')
param location string

@description('Tags of both.')
param tags object

@description('Whether instances are spread over availability zones.')
param zoneRedundant bool

@allowed([512, 2048, 4096])
@description('The memory of an instance in MB.')
param instanceMemoryMB int

@description('How many instances there may be at most.')
param maximumInstanceCount int

@description('The Functions host\'s own storage account.')
param hostStorageName string

@description('The storage account with the billing data.')
param dataStorageName string

@description('The Application Insights component.')
param insightsName string

@description('The container of the deployed package, in the host\'s storage.')
param packageContainer string

@description('The resource id of the app\'s identity.')
param identityId string

@description('The client id of the app\'s identity.')
param identityClientId string

@secure()
@description('An API key to add at the next start; empty for none.')
param bootstrapKey string

@description('The organization that it belongs to.')
param bootstrapOrganization string

resource hostStorage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: hostStorageName
}

resource dataStorage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: dataStorageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: appName
  location: location
  // azd finds by this tag where to deploy the service of azure.yaml.
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${hostStorage.properties.primaryEndpoints.blob}${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
      }
    }
    siteConfig: {
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
    }
  }

  // All settings that the app has: one that is missing here is removed by the next deployment. A test holds them to what the
  // code reads.
  resource settings 'config' = {
    name: 'appsettings'
    properties: {
      AzureWebJobsStorage__blobServiceUri: hostStorage.properties.primaryEndpoints.blob
      AzureWebJobsStorage__tableServiceUri: hostStorage.properties.primaryEndpoints.table
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identityClientId
      DrawdownStorage__tableServiceUri: dataStorage.properties.primaryEndpoints.table
      DrawdownStorage__queueServiceUri: dataStorage.properties.primaryEndpoints.queue
      DrawdownStorage__credential: 'managedidentity'
      DrawdownStorage__clientId: identityClientId
      Drawdown__BootstrapKey: bootstrapKey
      Drawdown__BootstrapOrganization: bootstrapOrganization
      APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD;ClientId=${identityClientId}'
    }
  }

  // Deployment by identity alone: no publishing password.
  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }
}

@description('The function app\'s name.')
output name string = app.name

@description('Where it answers.')
output url string = 'https://${app.properties.defaultHostName}'

// One page that answers "how is the router": requests, failovers, what is out, what waits.

import { texts } from 'types.bicep'

param name string
param location string
param tags texts
param componentId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, name)
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: name
    category: 'workbook'
    sourceId: componentId
    serializedData: loadTextContent('workbook.json')
    version: '1.0'
  }
}

// Shapes of the parameters that more than one file takes.

@export()
@description('An app setting whose value is a secret of the vault.')
type keySetting = {
  @description('Name of the setting, which the catalog, a caller or an operator refers to as env:NAME.')
  setting: string

  @description('Name of the secret in the vault; the newest version is used.')
  secret: string
}

@export()
@description('Texts by name: tags, app settings, or names of callers and the settings that hold their keys.')
type texts = {
  *: string
}

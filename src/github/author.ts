/** True where something was written by the owner of the token; REST names the bot of an App otherwise than GraphQL does. */
export function isBy(
  user: { readonly login: string; readonly type?: string } | null | undefined,
  viewer: string,
): boolean {
  if (!user) return false
  return user.login === viewer || (user.type === 'Bot' && user.login === `${viewer}[bot]`)
}

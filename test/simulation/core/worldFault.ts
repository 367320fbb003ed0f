/** What the world does to a call that has no code of Mason's own: a topic that is gone, a cloud that says no. */
export class WorldFault extends Error {
  override readonly name = 'WorldFault';
}

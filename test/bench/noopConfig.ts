/** Virtual resources that need one physical one each, and are made of nothing else; physical ones need no cleaning. */
export const noopConfig = ({
  members,
  supply,
}: {
  readonly members: number;
  readonly supply: number;
}): string =>
  `resources:
- type: physical
  state: free
  min-count: ${supply}
  max-count: ${supply}
  mason: {janitor: {type: None}}
- type: virtual
  state: dirty
  min-count: ${members}
  max-count: ${members}
  needs: {physical: 1}
  config: {type: Instant, content: "{}"}
  mason: {max-constructing: 1000}
`;

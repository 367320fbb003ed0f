// What a package of its own tests its Masonables and cleaners with: `serverless-mason/masonable-contract`.

export { cleanerContract, type CleanerStand } from './cleanerContract.ts';
export { masonableContract, type ContractTools, type Stand } from './masonableContract.ts';

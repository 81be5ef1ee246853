export interface ShippedPackage {
  /** `name@version`. */
  key: string;
  name: string;
  version: string;
  /** SPDX. */
  licence: string;
  integrity?: string;
  part: 'core' | 'window' | 'desktop';
  isOptional: boolean;
  needs: string[];
}

export interface ShippedData {
  name: string;
  version: string;
  licence: string;
  url: string;
  carriedBy: string;
  carrier: string;
}

export function shippedPackages(): ShippedPackage[];
export function shippedData(shipped: readonly ShippedPackage[]): ShippedData[];

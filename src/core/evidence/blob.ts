/** Whose key opens a blob. */
export interface Owner {
  owner: 'case' | 'intake' | 'workspace' | 'alert';
  id: string;
}

/** Digests in lower-case hex, size in clear bytes. */
export interface StoredBlob {
  id: string;
  sha256: string;
  sha1: string;
  md5: string;
  size: number;
}

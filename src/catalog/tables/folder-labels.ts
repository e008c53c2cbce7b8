import type { Database } from '../../sqlite.ts';
import type { ContentId, Split } from '../../types.ts';

/** What the folders of a path say. */
export interface ClassFolder {
  readonly folder: string;
  readonly split: Split | null;
}

export interface FolderLabelsTable {
  /** What the folders of a content's images in results say, each once: in thousands of copies it is looked up a few times. */
  of(content: ContentId): Generator<ClassFolder>;
  /** What the folders of one path say, as the catalog has it. */
  ofImage(image: number): ClassFolder | null;
  /** Name of the root of the first image in such a folder. */
  rootOf(content: ContentId, folder: ClassFolder): string;
  /** The label that a folder stands for: its name, unless that was renamed or merged. */
  label(folder: string, name: string): string;
  /** Contents with an image in results, smallest first. */
  contents(after: ContentId, limit: number): ContentId[];
}

export function folderLabelsTable(db: Database): FolderLabelsTable {
  const inFolders = 'content = ? AND gone_at IS NULL AND class_folder IS NOT NULL';
  const next = db.prepare(`SELECT min(class_folder) AS folder FROM images WHERE ${inFolders} AND class_folder > ?`);
  const ofImage = db.prepare('SELECT class_folder AS folder FROM images WHERE id = ?');
  const rootOf = db.prepare(`SELECT name FROM images JOIN roots ON roots.id = images.root
    WHERE ${inFolders} AND class_folder = ? ORDER BY images.id LIMIT 1`);
  const label = db.prepare(
    `SELECT name FROM folder_labels JOIN label_names ON label_names.id = label WHERE folder = ?`,
  );
  const addName = db.prepare('INSERT INTO label_names (name) VALUES (?) ON CONFLICT (name) DO NOTHING');
  const add = db.prepare(`INSERT INTO folder_labels (folder, label) SELECT ?, id FROM label_names WHERE name = ?`);
  const contents = db.prepare(`SELECT DISTINCT content FROM images WHERE content > ? AND gone_at IS NULL
    AND class_folder IS NOT NULL ORDER BY content LIMIT ?`);

  return {
    *of(content) {
      for (let after = ''; ; ) {
        const { folder } = next.get(content, after) as { folder: string | null };
        if (folder === null) return;
        yield parsed(folder);
        after = folder;
      }
    },
    ofImage(image) {
      const { folder } = ofImage.get(image) as { folder: string | null };
      return folder === null ? null : parsed(folder);
    },
    rootOf: (content, { folder, split }) => (rootOf.get(content, `${split ?? ''}/${folder}`) as { name: string }).name,
    label(folder, name) {
      const found = label.get(folder) as { name: string } | undefined;
      if (found) return found.name;
      addName.run(name);
      add.run(folder, name);
      return name;
    },
    contents: (after, limit) => (contents.all(after, limit) as { content: number }[]).map(({ content }) => content),
  };
}

/** `train/tiger`, or `/tiger` without a split. */
function parsed(text: string): ClassFolder {
  const slash = text.indexOf('/');
  return { split: slash === 0 ? null : (text.slice(0, slash) as Split), folder: text.slice(slash + 1) };
}

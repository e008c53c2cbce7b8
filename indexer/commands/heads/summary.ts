import { columns } from '../models/text.ts';
import { fraction, type Head, type HeadMetrics } from './head.ts';

/** What a head is, and how good it is. */
export function summaryOf(head: Head): string[] {
  const { id, space, backbone, labels, options, threshold, pictures, evaluation } = head;
  const shape = options.arch === 'mlp' ? `mlp with ${options.hidden} units` : String(options.arch);
  const epochs = evaluation.history[evaluation.best]?.epoch;
  const epoch = epochs === undefined ? '' : `, passes over them: ${epochs.toFixed(1).replace(/\.0$/, '')}`;
  const back = evaluation.refitted ? `; then once more with the ${pictures.validation} held-out ones` : '';
  return [
    `head ${id}: ${shape}, ${labels.length} labels, space ${space} (${backbone})`,
    `trained on ${pictures.train} pictures${epoch}${back}`,
    ...qualityOf(head),
    ...(threshold > 0 ? [`unknown is what has a probability below ${fraction(threshold)}`] : []),
    ...beaten(head),
  ];
}

/** What the training had to say; whoever follows it has read that. */
export const notesOf = ({ evaluation }: Head): string[] => evaluation.notes.map((note) => `note: ${note}`);

/** A table: a column for each set of pictures that it was measured on. */
function qualityOf({ evaluation }: Head): string[] {
  const { validation, test, cross_validation, baseline } = evaluation;
  const sets = [
    ['held out', validation],
    ['testing', test],
    ['cross-validation', cross_validation],
  ] as const;
  const measured = sets.filter((set): set is [(typeof set)[0], HeadMetrics] => set[1] !== null);
  if (measured.length === 0) return ['how good it is was not measured: no picture was held out'];
  const row = (name: string, value: (metrics: HeadMetrics, set: string) => string): string[] => [
    name,
    ...measured.map(([set, metrics]) => value(metrics, set)),
  ];
  const rows = [
    ['', ...measured.map(([set]) => set)],
    row('pictures', ({ pictures }) => String(pictures)),
    row('accuracy', ({ accuracy }) => fraction(accuracy)),
    row('top-5', ({ top5 }) => fraction(top5)),
    row('macro F1', ({ macro_f1 }) => fraction(macro_f1)),
    row('calibration error', ({ calibration_error }) => fraction(calibration_error)),
  ];
  if (baseline) {
    rows.push(
      row(`vote of the nearest ${baseline.k}`, (_, set) => (set === 'held out' ? fraction(baseline.accuracy) : '')),
    );
  }
  return columns(rows);
}

function beaten({ evaluation: { baseline, validation } }: Head): string[] {
  if (!baseline || !validation || validation.accuracy > baseline.accuracy) return [];
  return ['it is no better than the vote of the nearest pictures'];
}

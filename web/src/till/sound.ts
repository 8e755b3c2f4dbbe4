const mutedKey = 'huiquan-till-muted';
let context: AudioContext | undefined;

/** Whether the till keeps quiet. */
export const isMuted = (): boolean => localStorage.getItem(mutedKey) === 'yes';

/** Turns the sound off or on. */
export function setMuted(muted: 'muted' | 'loud'): void {
  localStorage.setItem(mutedKey, muted === 'muted' ? 'yes' : 'no');
}

type Note = { readonly hertz: number; readonly at: number; readonly seconds: number };

const tunes = {
  done: [
    { hertz: 880, at: 0, seconds: 0.12 },
    { hertz: 1319, at: 0.13, seconds: 0.2 },
  ],
  refused: [
    { hertz: 220, at: 0, seconds: 0.22 },
    { hertz: 175, at: 0.26, seconds: 0.34 },
  ],
  attention: [{ hertz: 660, at: 0, seconds: 0.15 }],
} as const satisfies Readonly<Record<string, readonly Note[]>>;

const shakes = { done: [80], refused: [200, 100, 200], attention: [60] } as const;

function play(audio: AudioContext, { hertz, at, seconds }: Note): void {
  const [tone, volume] = [audio.createOscillator(), audio.createGain()];
  const start = audio.currentTime + at;
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0.25, start);
  volume.gain.exponentialRampToValueAtTime(0.001, start + seconds);
  tone.connect(volume).connect(audio.destination);
  tone.start(start);
  tone.stop(start + seconds);
}

/** Lets the cashier hear and feel how it ended, unless muted. */
export function signal(kind: keyof typeof tunes): void {
  document.documentElement.dataset['signal'] = kind;
  try {
    navigator.vibrate?.([...shakes[kind]]);
    if (isMuted()) return;
    context ??= new AudioContext();
    void context.resume();
    for (const note of tunes[kind]) play(context, note);
  } catch {
    // A machine without sound still shows the result.
  }
}

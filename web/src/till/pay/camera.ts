import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';

/** Why there is no picture. */
export type CameraTrouble = 'denied' | 'missing' | 'busy';

function troubleOf(error: unknown): CameraTrouble {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'missing';
}

async function detector() {
  const { BarcodeDetector, prepareZXingModule } = await import('barcode-detector/ponyfill');
  prepareZXingModule({
    overrides: {
      locateFile: (path: string, prefix: string) =>
        path.endsWith('.wasm') ? wasmUrl : prefix + path,
    },
  });
  return new BarcodeDetector({ formats: ['qr_code', 'code_128'] });
}

const betweenFramesMs = 80;

/**
 * Reads codes from the camera into `onCode` until `signal` ends it. Answers why it cannot, or
 * nothing.
 */
export async function readCamera(
  video: HTMLVideoElement,
  onCode: (code: string) => void,
  signal: AbortSignal,
): Promise<CameraTrouble | undefined> {
  if (!('mediaDevices' in navigator)) return 'missing';
  let stream: MediaStream;
  try {
    const wanted = { facingMode: 'environment', width: { ideal: 1280 } };
    stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
  } catch (error) {
    return troubleOf(error);
  }
  const stop = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  if (signal.aborted) {
    stop();
    return undefined;
  }
  signal.addEventListener('abort', stop);
  video.srcObject = stream;
  await video.play().catch(() => undefined);
  const reader = await detector();
  while (!signal.aborted) {
    const found = video.readyState >= 2 ? await reader.detect(video) : [];
    const value = found[0]?.rawValue;
    if (value !== undefined && value !== '' && !signal.aborted) onCode(value);
    await new Promise((resolve) => {
      setTimeout(resolve, betweenFramesMs);
    });
  }
  return undefined;
}

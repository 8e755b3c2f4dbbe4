import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { useWords } from './words.ts';
import './puzzles.css';

type Point = { readonly x: number; readonly y: number };
type Moved = Point & { readonly atMs: number };

/** What is sent for a puzzle: one of the three. */
export type Answer = {
  readonly trail?: Moved[];
  readonly clicks?: Point[];
  readonly text?: string;
};

/** The slider as the server paints it: sizes in px, images as base64. */
export type Slider = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pieceSizePx: number;
  readonly topPx: number;
  readonly background: string;
  readonly piece: string;
};

/** The picture with characters to click, their order drawn below. */
export type Picture = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly clicks: number;
  readonly image: string;
};

type Send = (answer: Answer) => void;

const stepPx = 4;

/** Where the piece is and how it came there, by finger, mouse or keys. */
function useDrag(view: Slider, send: Send) {
  const [x, setX] = useState(0);
  const trail = useRef<Moved[]>([]);
  const start = useRef<Point & { readonly at: number }>(undefined);
  const area = useRef<HTMLDivElement>(null);
  const scale = () => (area.current?.clientWidth ?? view.widthPx) / view.widthPx;
  const mark = (px: number, y: number) => {
    const began = start.current ?? { x: 0, y: 0, at: performance.now() };
    start.current = began;
    const held = Math.max(0, Math.min(view.widthPx - view.pieceSizePx, px));
    setX(held);
    trail.current.push({ x: held, y, atMs: Math.round(performance.now() - began.at) });
  };
  const grab = (event: PointerEvent) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    trail.current = [];
    start.current = { x: event.clientX, y: event.clientY, at: performance.now() };
    mark(0, 0);
  };
  const drag = (event: PointerEvent) => {
    if (start.current === undefined) return;
    const { x: fromX, y: fromY } = start.current;
    mark((event.clientX - fromX) / scale(), (event.clientY - fromY) / scale());
  };
  const drop = () => {
    if (start.current !== undefined && trail.current.length > 1) send({ trail: trail.current });
    start.current = undefined;
  };
  const press = (event: KeyboardEvent) => {
    const way = { ArrowRight: stepPx, ArrowLeft: -stepPx }[event.key];
    // A hand on the keys trembles no less than one on the glass.
    if (way !== undefined) mark(x + way, trail.current.length % 2);
    else if (event.key === 'Enter') drop();
    else return;
    event.preventDefault();
  };
  return { x, area, grab, drag, drop, press };
}

/** Drag the piece into the gap. */
export function SliderPuzzle({ view, send }: { readonly view: Slider; readonly send: Send }) {
  const { t } = useWords();
  const { x, area, grab, drag, drop, press } = useDrag(view, send);
  const left = `${(x / view.widthPx) * 100}%`;
  return (
    <div className="puzzle">
      <p>{t('captchaSlide')}</p>
      <div
        className="picture"
        ref={area}
        style={{ aspectRatio: `${view.widthPx} / ${view.heightPx}` }}
      >
        <img alt="" draggable={false} src={`data:image/jpeg;base64,${view.background}`} />
        <img
          alt=""
          draggable={false}
          className="piece"
          src={`data:image/png;base64,${view.piece}`}
          style={{
            left,
            top: `${(view.topPx / view.heightPx) * 100}%`,
            width: `${(view.pieceSizePx / view.widthPx) * 100}%`,
          }}
        />
      </div>
      <div className="track">
        <button
          type="button"
          className="knob"
          aria-label={t('captchaSlider')}
          style={{ left }}
          onPointerDown={grab}
          onPointerMove={drag}
          onPointerUp={drop}
          onKeyDown={press}
        >
          ⇢
        </button>
      </div>
    </div>
  );
}

/** Click the characters in the order shown. */
export function PicturePuzzle({ view, send }: { readonly view: Picture; readonly send: Send }) {
  const { t } = useWords();
  const [clicks, setClicks] = useState<readonly Point[]>([]);
  const click = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const point = {
      x: ((event.clientX - box.left) / box.width) * view.widthPx,
      y: ((event.clientY - box.top) / box.height) * view.heightPx,
    };
    if (clicks.length < view.clicks) setClicks([...clicks, point]);
  };
  return (
    <div className="puzzle">
      <p>{t('captchaPicture')}</p>
      <div
        className="picture"
        style={{ aspectRatio: `${view.widthPx} / ${view.heightPx}` }}
        onPointerDown={click}
      >
        <img alt="" draggable={false} src={`data:image/jpeg;base64,${view.image}`} />
        {clicks.map((point, index) => (
          <span
            key={`${point.x} ${point.y}`}
            className="spot"
            style={{
              left: `${(point.x / view.widthPx) * 100}%`,
              top: `${(point.y / view.heightPx) * 100}%`,
            }}
          >
            {index + 1}
          </span>
        ))}
      </div>
      <p className="pair">
        <button type="button" className="second" onClick={() => setClicks([])}>
          {t('captchaUndo')}
        </button>
        <button
          type="button"
          className="first"
          disabled={clicks.length < view.clicks}
          onClick={() => send({ clicks: [...clicks] })}
        >
          {t('captchaSubmit')}
        </button>
      </p>
    </div>
  );
}

/** 长辈版: a question in words. */
export function QuestionPuzzle({ text, send }: { readonly text: string; readonly send: Send }) {
  const { t } = useWords();
  const [given, setGiven] = useState('');
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        send({ text: given });
      }}
    >
      <p>{t('captchaQuestion')}</p>
      <p className="question">{text}</p>
      <label>
        {t('captchaAnswer')}
        <input
          required
          inputMode="numeric"
          value={given}
          onChange={(event) => setGiven(event.target.value.trim())}
        />
      </label>
      <button className="first">{t('captchaSubmit')}</button>
    </form>
  );
}

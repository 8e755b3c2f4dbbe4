import type { frameZh } from './zh.ts';

/** Words of the office's frame, in English. */
export const frameEn: Readonly<Record<keyof typeof frameZh, string>> = {
  frameSignIn: 'Staff sign-in',
  frameLogin: 'Login',
  framePassword: 'Password',
  frameTotp: 'Code',
  frameEnter: 'Sign in',
  frameSignOut: 'Sign out',
  frameProgramme: 'Programme',
  frameNoProgrammes: 'There is no programme for you to see',
  frameOther: 'Residents and merchants use their own pages',
  frameLanguage: '中文',
  frameMenu: 'Areas',
};

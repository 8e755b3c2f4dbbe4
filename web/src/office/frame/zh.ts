/** Words of the office's frame. */
export const frameZh = {
  frameSignIn: '工作人员登录',
  frameLogin: '登录名',
  framePassword: '口令',
  frameTotp: '动态码',
  frameEnter: '登录',
  frameSignOut: '退出',
  frameProgramme: '活动',
  frameNoProgrammes: '没有您可以看的活动',
  frameOther: '居民和商户请用各自的页面',
  frameLanguage: 'English',
  frameMenu: '办理事项',
} as const;
